// The texts of words.h.
#include "tools/advice/words.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "tools/cli/quantity.h"

namespace heapreel::advice {
namespace {

uint64_t whole(double value) { return static_cast<uint64_t>(std::clamp(value + 0.5, 0.0, 1.8e19)); }

}  // namespace

std::string bytes(double value) { return cli::format_bytes(whole(value)); }
std::string percent(double share) {
  const double hundredths = 100 * share;
  return share < 0.0995 && hundredths != std::floor(hundredths) ? fmt::format("{:.1f} %", hundredths)
                                                                : fmt::format("{:.0f} %", hundredths);
}
std::string count(double value) {
  return value < 10'000 ? cli::format_count(whole(value)) : cli::format_count_short(whole(value));
}
std::string seconds(double value) { return cli::format_duration(whole(value * 1e9)); }

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

}  // namespace heapreel::advice
