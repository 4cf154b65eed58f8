// The functions of condition.h.
#include "tools/compare/condition.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "tools/cli/nearest.h"
#include "tools/cli/quantity.h"

namespace heapreel::compare {
namespace {

base::Error bad(const std::string& text, std::string why, std::string hint) {
  return {.code = base::ErrorCode::kUsage,
          .what = fmt::format("bad condition '{}'", text),
          .why = std::move(why),
          .hint = std::move(hint)};
}

const MetricSpec* metric_named(const std::string& id) {
  const auto found =
      std::ranges::find_if(metrics(), [&id](const MetricSpec& it) { return id == it.id || id == it.field; });
  return found == metrics().end() || id.empty() ? nullptr : &*found;
}

std::string metric_list() {
  std::string text;
  for (const MetricSpec& it : metrics()) text += (text.empty() ? "" : ", ") + std::string(it.id);
  return text;
}

std::optional<double> plain_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                   : std::nullopt;
}

// A figure of the metric's own kind: a size, a time, a number.
std::optional<double> figure(const MetricSpec& metric, std::string_view text) {
  const bool bytes = std::string_view(metric.field).ends_with("_bytes");
  if (bytes)
    if (const auto size = cli::parse_size_bytes(text)) return static_cast<double>(*size);
  if (metric.kind == Kind::kTail)
    if (const auto time = cli::parse_duration_ns(text)) return static_cast<double>(*time);
  return plain_number(text);
}

base::Status take_limit(const std::string& limit, Condition& condition) {
  condition.of_change = limit.ends_with('%');
  std::string_view number = limit;
  if (condition.of_change) number.remove_suffix(1);
  while (number.ends_with(' ')) number.remove_suffix(1);
  const auto value = condition.of_change ? plain_number(number) : figure(*condition.metric, number);
  if (!value)
    return base::fail(bad(condition.text, fmt::format("'{}' is neither a percentage nor a figure", limit),
                          "write a change as +3% or -10%, or a figure such as 512MiB or 250"));
  condition.limit = condition.of_change ? *value / 100 : *value;
  return {};
}

bool met(const Condition& condition, const Change& change) {
  if (!condition.of_change) return condition.above ? change.next > condition.limit : change.next < condition.limit;
  if (!change.ratio || change.tie.value_or(true)) return false;
  const double delta = change.ratio->median - 1;
  return condition.above ? delta > condition.limit : delta < condition.limit;
}

std::string finding_text(const Condition& condition, const Change& change) {
  if (!condition.of_change)
    return fmt::format("{}: {} is {:.6g}, {}", change.allocator, change.metric->id, change.next, condition.text);
  return fmt::format("{}: {} {:+.1f} % ({:+.1f} to {:+.1f} %), {}", change.allocator, change.metric->id,
                     (change.ratio->median - 1) * 100, (change.ratio->low - 1) * 100, (change.ratio->high - 1) * 100,
                     condition.text);
}

base::Error not_measured(const Comparison& comparison, const Condition& condition) {
  const bool time = condition.metric->kind == Kind::kTime || condition.metric->kind == Kind::kTail;
  if (comparison.times_left_out && time)
    return {.code = base::ErrorCode::kUnsupported,
            .what = fmt::format("cannot check '{}'", condition.text),
            .why = "the results are of different machines, and times of two machines tell nothing of a change",
            .hint = "measure both on one machine; --across-machines compares them all the same"};
  return {.code = base::ErrorCode::kBadInput,
          .what = fmt::format("cannot check '{}'", condition.text),
          .why = condition.allocator.empty()
                     ? fmt::format("no allocator has {} in both results", condition.metric->id)
                     : fmt::format("{} has no {} in both results", condition.allocator, condition.metric->id),
          .hint = "replay both reels with the same --allocators"};
}

base::Error too_few_rounds(const Condition& condition) {
  return {.code = base::ErrorCode::kBadInput,
          .what = fmt::format("cannot check '{}'", condition.text),
          .why = fmt::format("a change needs {} rounds on either side, and there are fewer", lab::kRoundsToClaim),
          .hint = "replay without --quick, or compare a figure instead of a change"};
}

}  // namespace

base::Result<Condition> parse_condition(const std::string& text) {
  Condition condition{.text = text};
  const size_t sign = text.find_first_of("<>");
  if (sign == std::string::npos)
    return base::fail(bad(text, "it has neither '>' nor '<'", "as in rss_peak>+3% or jemalloc:ns_per_op>+5%"));
  condition.above = text[sign] == '>';
  std::string subject = text.substr(0, sign), limit = text.substr(sign + 1);
  std::erase(subject, ' ');
  limit.erase(0, limit.find_first_not_of(' '));
  if (const size_t colon = subject.rfind(':'); colon != std::string::npos) {
    condition.allocator = subject.substr(0, colon);
    subject.erase(0, colon + 1);
  }
  condition.metric = metric_named(subject);
  if (condition.metric == nullptr)
    return base::fail(bad(text, fmt::format("'{}' is no metric", subject), "there are " + metric_list()));
  HEAPREEL_TRY(take_limit(limit, condition));
  return condition;
}

base::Result<std::vector<Finding>> check(const Comparison& comparison, const std::vector<Condition>& conditions) {
  std::vector<Finding> findings;
  for (const Condition& condition : conditions) {
    bool seen = false, told = false;
    for (const Change& change : comparison.changes) {
      if (change.metric != condition.metric) continue;
      if (!condition.allocator.empty() && condition.allocator != change.allocator) continue;
      seen = true;
      told = told || !condition.of_change || change.tie.has_value();
      if (met(condition, change))
        findings.push_back({.condition = &condition, .change = &change, .text = finding_text(condition, change)});
    }
    if (!seen) return base::fail(not_measured(comparison, condition));
    if (!told) return base::fail(too_few_rounds(condition));
  }
  return findings;
}

}  // namespace heapreel::compare
