// A quantity is a decimal number and a unit; the units of each kind stand in one table that both directions share.
#include "tools/cli/quantity.h"

#include <array>
#include <fmt/format.h>
#include <limits>
#include <span>

namespace heapreel::cli {
namespace {

// 128 bits hold every product of a 64-bit value and a unit, so overflow is seen, not suffered.
__extension__ using Wide = unsigned __int128;

struct Unit {
  std::string_view name;
  uint64_t factor;
};

constexpr uint64_t kKilo = 1'000;
constexpr uint64_t kMega = kKilo * kKilo;
constexpr uint64_t kGiga = kMega * kKilo;
constexpr uint64_t kTera = kGiga * kKilo;
constexpr uint64_t kKibi = uint64_t{1} << 10;
constexpr uint64_t kMebi = uint64_t{1} << 20;
constexpr uint64_t kGibi = uint64_t{1} << 30;
constexpr uint64_t kTebi = uint64_t{1} << 40;

constexpr std::array kCountUnits{Unit{"", 1},      Unit{"k", kKilo}, Unit{"K", kKilo},
                                 Unit{"M", kMega}, Unit{"G", kGiga}, Unit{"T", kTera}};
constexpr std::array kSizeUnits{Unit{"", 1},        Unit{"B", 1},      Unit{"k", kKibi},   Unit{"K", kKibi},
                                Unit{"KiB", kKibi}, Unit{"M", kMebi},  Unit{"MiB", kMebi}, Unit{"G", kGibi},
                                Unit{"GiB", kGibi}, Unit{"T", kTebi},  Unit{"TiB", kTebi}, Unit{"kB", kKilo},
                                Unit{"MB", kMega},  Unit{"GB", kGiga}, Unit{"TB", kTera}};
constexpr std::array kDurationUnits{Unit{"", 1},
                                    Unit{"ns", 1},
                                    Unit{"us", kKilo},
                                    Unit{"\u00b5s", kKilo},
                                    Unit{"ms", kMega},
                                    Unit{"s", kGiga},
                                    Unit{"m", 60 * kGiga},
                                    Unit{"min", 60 * kGiga},
                                    Unit{"h", 3'600 * kGiga},
                                    Unit{"d", 86'400 * kGiga}};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr size_t kMostFractionDigits = 12;

// digits * 10^-fraction_digits
struct Decimal {
  Wide digits = 0;
  Wide scale = 1;
};

// Takes the number off the front of `text`. At most 20 + 12 digits are read, so `digits` cannot overflow.
std::optional<Decimal> take_decimal(std::string_view& text) {
  Decimal number;
  size_t at = 0;
  for (; at < text.size() && is_digit(text[at]); ++at)
    number.digits = number.digits * 10 + static_cast<Wide>(text[at] - '0');
  if (at == 0 || at > 20) return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    const size_t first = ++at;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (at - first >= kMostFractionDigits) return std::nullopt;
      number.digits = number.digits * 10 + static_cast<Wide>(text[at] - '0');
      number.scale *= 10;
    }
    if (at == first) return std::nullopt;
  }
  text.remove_prefix(at);
  return number;
}

std::optional<uint64_t> parse_quantity(std::string_view text, std::span<const Unit> units) {
  const std::optional<Decimal> number = take_decimal(text);
  if (!number) return std::nullopt;
  if (text.starts_with(' ') && text.size() > 1) text.remove_prefix(1);
  constexpr Wide kMax = std::numeric_limits<uint64_t>::max();
  for (const Unit& unit : units) {
    if (unit.name != text) continue;
    if (number->digits > kMax * number->scale / unit.factor) return std::nullopt;
    return static_cast<uint64_t>(number->digits * unit.factor / number->scale);
  }
  return std::nullopt;
}

// A value this near to a unit is shown in it: "1.00 ms", never "1000 us".
constexpr double kRoundsToOne = 0.9995;

// Three significant figures in the largest unit that leaves at least one before the point.
std::string three_figures(uint64_t value, std::span<const Unit> ascending) {
  const Unit* unit = &ascending.front();
  for (const Unit& candidate : ascending) {
    if (static_cast<double>(value) / static_cast<double>(candidate.factor) >= kRoundsToOne) unit = &candidate;
  }
  if (unit->factor == 1) return fmt::format("{}{}{}", value, unit->name.empty() ? "" : " ", unit->name);
  const double scaled = static_cast<double>(value) / static_cast<double>(unit->factor);
  const int decimals = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", scaled, decimals, unit->name);
}

}  // namespace

std::optional<uint64_t> parse_count(std::string_view text) { return parse_quantity(text, kCountUnits); }
std::optional<uint64_t> parse_size_bytes(std::string_view text) { return parse_quantity(text, kSizeUnits); }
std::optional<uint64_t> parse_duration_ns(std::string_view text) { return parse_quantity(text, kDurationUnits); }

std::string format_count(uint64_t count) {
  std::string digits = fmt::format("{}", count);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string format_count_short(uint64_t count) {
  static constexpr std::array kUnits{Unit{"", 1}, Unit{"k", kKilo}, Unit{"M", kMega}, Unit{"G", kGiga},
                                     Unit{"T", kTera}};
  return three_figures(count, kUnits);
}

std::string format_bytes(uint64_t bytes) {
  static constexpr std::array kUnits{Unit{"B", 1}, Unit{"KiB", kKibi}, Unit{"MiB", kMebi}, Unit{"GiB", kGibi},
                                     Unit{"TiB", kTebi}};
  return three_figures(bytes, kUnits);
}

std::string format_duration(uint64_t duration_ns) {
  static constexpr std::array kUnits{Unit{"ns", 1}, Unit{"us", kKilo}, Unit{"ms", kMega}, Unit{"s", kGiga}};
  const uint64_t seconds = duration_ns / kGiga;
  if (seconds < 60) return three_figures(duration_ns, kUnits);
  if (seconds < 3'600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  if (seconds < 86'400) return fmt::format("{} h {:02} min", seconds / 3'600, seconds / 60 % 60);
  return fmt::format("{} d {:02} h", seconds / 86'400, seconds / 3'600 % 24);
}

std::string format_percent(double part, double whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100.0 * part / whole);
}

}  // namespace heapreel::cli
