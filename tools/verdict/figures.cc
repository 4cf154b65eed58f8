// The functions of figures.h.
#include "tools/verdict/figures.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "tools/cli/quantity.h"

namespace heapreel::verdict {
namespace {

uint64_t whole(double value) { return static_cast<uint64_t>(std::llround(std::max(value, 0.0))); }

// Fractions of a nanosecond count where a call takes a few.
std::string time_text(double ns) { return ns < 100 ? fmt::format("{:.2f} ns", ns) : cli::format_duration(whole(ns)); }

}  // namespace

std::string figure(double value, Unit unit) {
  switch (unit) {
    case Unit::kNs:
      return time_text(value);
    case Unit::kBytes:
      return cli::format_bytes(whole(value));
    case Unit::kRatio:
      return fmt::format("{:.2f}", value);
    case Unit::kCount:
      return cli::format_count(whole(value));
    case Unit::kSeconds:
      return fmt::format("{:.2f} s", value);
  }
  return "";
}

std::string value_text(const Row& row, const Column& column) {
  const Cell* cell = row.cell(column.id);
  if (cell == nullptr) return "-";
  std::string text = figure(cell->value, column.unit);
  if (column.unit == Unit::kNs && std::string_view(column.id).starts_with("latency"))
    text = cli::format_duration(whole(cell->value));
  return cell->resolved ? text : "<=" + text;
}

std::string ratio_text(const Row& row, const Column& column, bool utf8) {
  const Cell* cell = row.cell(column.id);
  if (cell == nullptr || !cell->ratio) return "";
  const char* times = utf8 ? "×" : "x";
  return fmt::format("{:.2f}{}{}", cell->ratio->median, times, cell->tie.value_or(true) ? " ~" : "");
}

const char* unit_name(Unit unit) {
  constexpr const char* kNames[] = {"ns", "bytes", "ratio", "count", "s"};
  return kNames[static_cast<size_t>(unit)];
}

}  // namespace heapreel::verdict
