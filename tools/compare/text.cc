// The functions of text.h.
#include "tools/compare/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/cli/quantity.h"
#include "tools/cli/terminal.h"
#include "tools/cli/text.h"

namespace heapreel::compare {
namespace {

using Json = nlohmann::ordered_json;

std::string figure(const MetricSpec& metric, double value) {
  const std::string_view field = metric.field;
  const auto whole = static_cast<uint64_t>(std::llround(std::max(value, 0.0)));
  if (field.ends_with("_bytes")) return cli::format_bytes(whole);
  if (metric.kind == Kind::kTail) return cli::format_duration(whole);
  if (field == "ops_per_s") return cli::format_count_short(whole) + "/s";
  if (field == "ns_per_op") return fmt::format("{:.2f} ns", value);
  if (field == "cpu_s") return fmt::format("{:.3f} s", value);
  return metric.kind == Kind::kCount ? cli::format_count(whole) : fmt::format("{:.2f}", value);
}

std::string delta(const Change& change) {
  return change.ratio ? fmt::format("{:+.1f} %", (change.ratio->median - 1) * 100) : "-";
}
std::string interval(const Change& change) {
  if (!change.ratio || !change.tie) return "";
  return fmt::format("{:+.1f} .. {:+.1f}", (change.ratio->low - 1) * 100, (change.ratio->high - 1) * 100);
}

// "~": no change can be claimed; "?": too few rounds to tell.
const char* sign(const Change& change) {
  if (!change.tie) return "?";
  if (*change.tie) return "~";
  const bool more = change.ratio->median > 1;
  return more == change.metric->more_is_better ? "better" : "worse";
}

std::vector<std::string> remarks(const Comparison& comparison) {
  std::vector<std::string> list = comparison.notes;
  if (comparison.times_left_out)
    list.push_back("the machines differ, so times are left out; --across-machines shows them all the same");
  for (const std::string& name : comparison.gone) list.push_back(name + " is in the base alone");
  for (const std::string& name : comparison.added) list.push_back(name + " is new");
  return list;
}

std::string wrapped(const std::string& first, const std::string& text, size_t width) {
  std::string lines;
  for (const std::string& part : cli::wrap(text, width - first.size()))
    lines += (lines.empty() ? first : std::string(first.size(), ' ')) + part + "\n";
  return lines;
}

}  // namespace

std::string comparison_text(const Comparison& comparison, const std::vector<Finding>& findings, size_t width,
                            bool utf8) {
  const auto shown = [utf8](const std::string& text) { return cli::printable(text, utf8); };
  std::string text = fmt::format("base {}\nnew  {}\n", shown(comparison.base_name), shown(comparison.next_name));
  std::string allocator;
  for (const Change& change : comparison.changes) {
    if (change.allocator != allocator) {
      allocator = change.allocator;
      text += fmt::format("\n{:<21.21}{:>12}{:>13}{:>10}  interval %\n", shown(allocator), "base", "new", "change",
                          "interval %");
    }
    std::string line =
        fmt::format("  {:<19}{:>12}{:>13}{:>10}  {:<15} {}", change.metric->id, figure(*change.metric, change.base),
                    figure(*change.metric, change.next), delta(change), interval(change), sign(change));
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  if (!comparison.changes.empty())
    text += "\n" + wrapped("", "~: no change can be claimed. ?: too few rounds to tell.", width);
  for (const std::string& remark : remarks(comparison)) text += wrapped("note: ", shown(remark), width);
  for (const Finding& finding : findings) text += wrapped("FAILED ", shown(finding.text), width);
  return text;
}

std::string comparison_markdown(const Comparison& comparison, const std::vector<Condition>& conditions,
                                const std::vector<Finding>& findings) {
  std::string text = fmt::format("### heapreel: {} against {}\n\n", cli::markdown_text(comparison.next_name),
                                 cli::markdown_text(comparison.base_name));
  if (!conditions.empty())
    text += findings.empty() ? fmt::format("**All {} conditions hold.**\n\n", conditions.size())
                             : fmt::format("**{} of {} conditions failed.**\n\n", findings.size(), conditions.size());
  for (const Finding& finding : findings) text += "- ❌ " + cli::markdown_text(finding.text) + "\n";
  text += std::string(findings.empty() ? "" : "\n") +
          "| allocator | metric | base | new | change | interval % | |\n|---|---|---:|---:|---:|---|---|\n";
  for (const Change& change : comparison.changes)
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", cli::markdown_text(change.allocator),
                        cli::markdown_text(change.metric->id), figure(*change.metric, change.base),
                        figure(*change.metric, change.next), delta(change), interval(change),
                        cli::markdown_text(sign(change)));
  text += "\n\\~: no change can be claimed; ?: too few rounds to tell.\n";
  for (const std::string& remark : remarks(comparison)) text += "- " + cli::markdown_text(remark) + "\n";
  return text;
}

std::string comparison_json(const Comparison& comparison, const std::vector<Condition>& conditions,
                            const std::vector<Finding>& findings) {
  Json changes = Json::array(), checks = Json::array();
  for (const Change& change : comparison.changes) {
    Json json = {
        {"allocator", change.allocator}, {"metric", change.metric->id}, {"base", change.base}, {"new", change.next}};
    json["ratio"] = nullptr;
    if (change.ratio)
      json["ratio"] = {{"median", change.ratio->median}, {"ci95", {change.ratio->low, change.ratio->high}}};
    json["tie"] = change.tie ? Json(*change.tie) : Json(nullptr);
    changes.push_back(std::move(json));
  }
  for (const Condition& condition : conditions) {
    Json met = Json::array();
    for (const Finding& finding : findings)
      if (finding.condition == &condition) met.push_back(finding.change->allocator);
    checks.push_back({{"condition", condition.text}, {"failed", !met.empty()}, {"allocators", met}});
  }
  const Json json = {{"schema", "heapreel.compare/1"},
                     {"base", {{"file", comparison.base_name}, {"reel", comparison.base_reel}}},
                     {"new", {{"file", comparison.next_name}, {"reel", comparison.next_reel}}},
                     {"same_machine", comparison.same_machine},
                     {"times_left_out", comparison.times_left_out},
                     {"notes", remarks(comparison)},
                     {"changes", changes},
                     {"checks", checks}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapreel::compare
