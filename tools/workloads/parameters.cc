// Reading and checking of parameters.h.
#include "tools/workloads/parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <optional>

#include "tools/cli/nearest.h"
#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"

namespace heapreel::workloads {
namespace {

std::optional<double> parse_real(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return percent ? value / 100 : value;
}

std::optional<double> as_real(std::optional<uint64_t> value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

std::optional<double> parse(ParameterKind kind, std::string_view text) {
  switch (kind) {
    case ParameterKind::kCount:
      return as_real(cli::parse_count(text));
    case ParameterKind::kSize:
      return as_real(cli::parse_size_bytes(text));
    case ParameterKind::kDuration:
      return as_real(cli::parse_duration_ns(text));
    case ParameterKind::kShare:
      return parse_real(text);
    case ParameterKind::kNumber:
      return text.ends_with('%') ? std::nullopt : parse_real(text);
  }
  return std::nullopt;
}

std::string_view form_of(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::kCount:
      return "a count, as 1000 or 10k";
    case ParameterKind::kSize:
      return "a size, as 4096 or 64K";
    case ParameterKind::kDuration:
      return "a time, as 200us or 1.5s";
    case ParameterKind::kShare:
      return "a share, as 0.25 or 25%";
    case ParameterKind::kNumber:
      return "a number";
  }
  return "a number";
}

std::string bound(ParameterKind kind, double value) {
  if (kind == ParameterKind::kSize) return cli::format_bytes(static_cast<uint64_t>(value));
  if (kind == ParameterKind::kDuration) return cli::format_duration(static_cast<uint64_t>(value));
  return fmt::format("{}", value);
}

tl::unexpected<base::Error> usage(std::string what, std::string why, std::string hint) {
  return base::fail(
      {.code = base::ErrorCode::kUsage, .what = std::move(what), .why = std::move(why), .hint = std::move(hint)});
}

tl::unexpected<base::Error> unknown(std::span<const ParameterSpec> specs, std::string_view workload,
                                    std::string_view name) {
  std::vector<std::string_view> names;
  for (const ParameterSpec& spec : specs) names.push_back(spec.name);
  const std::string_view near = cli::nearest_name(name, names);
  std::string hint = near.empty() ? "" : fmt::format("did you mean '{}'? ", near);
  hint += names.empty() ? fmt::format("{} has no parameters", workload)
                        : fmt::format("{} has: {}", workload, fmt::join(names, ", "));
  return usage(fmt::format("unknown parameter '{}'", name), fmt::format("{} has none of that name", workload),
               std::move(hint));
}

}  // namespace

Parameters::Parameters(std::span<const ParameterSpec> specs) : specs_(specs) {
  for (const ParameterSpec& spec : specs_) {
    const auto value = parse(spec.kind, spec.default_value);
    if (!value || *value < spec.least || *value > spec.most) {
      cli::tell("heapreel: the default of parameter '{}' is none\n", spec.name);
      std::abort();
    }
    values_[spec.name] = *value;
  }
}

base::Status Parameters::set(std::string_view workload, std::string_view assignment) {
  const size_t equals = assignment.find('=');
  const std::string_view name = assignment.substr(0, equals);
  const auto spec =
      std::find_if(specs_.begin(), specs_.end(), [name](const ParameterSpec& each) { return each.name == name; });
  if (equals == std::string_view::npos || name.empty())
    return usage(fmt::format("bad parameter '{}'", assignment), "expected NAME=VALUE",
                 fmt::format("'heapreel generate --list {}' names them", workload));
  if (spec == specs_.end()) return unknown(specs_, workload, name);
  const std::string_view text = assignment.substr(equals + 1);
  const auto value = parse(spec->kind, text);
  if (!value)
    return usage(fmt::format("bad value '{}' for parameter '{}'", text, name),
                 fmt::format("expected {}", form_of(spec->kind)), "");
  if (*value < spec->least || *value > spec->most)
    return usage(fmt::format("bad value '{}' for parameter '{}'", text, name),
                 fmt::format("expected {} to {}", bound(spec->kind, spec->least), bound(spec->kind, spec->most)), "");
  values_[spec->name] = *value;
  given_[spec->name] = text;
  return {};
}

double Parameters::number(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) {
    cli::tell("heapreel: no parameter is named '{}'\n", name);
    std::abort();
  }
  return found->second;
}

std::vector<std::string> Parameters::assignments() const {
  std::vector<std::string> list;
  for (const auto& [name, text] : given_) list.push_back(fmt::format("{}={}", name, text));
  return list;
}

}  // namespace heapreel::workloads
