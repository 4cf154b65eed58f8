// The reading of fleet_profile.h. Total: any bytes give a profile or an error.
#include "tools/workloads/fleet_profile.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "trace_format/base/file.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kFileBytesMost = 64U << 20;
constexpr double kSizeMost = 0x1p47;  // the address space of a process
constexpr double kNumberMost = 1e15;
constexpr std::string_view kForm = "a line is SIZE,ALLOCATIONS_PER_SECOND,LIVE_COUNT, as '64, 1200.5, 300'";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// What is wrong with a number; empty if nothing is.
std::string read_number(std::string_view text, std::string_view what, double most, double& value) {
  text = trimmed(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || !std::isfinite(value)) return fmt::format("its {} '{}' is not a number", what, text.substr(0, 40));
  if (value < 0) return fmt::format("its {} is negative", what);
  if (value > most) return fmt::format("its {} is above {}", what, most);
  return {};
}

std::string read_row(std::string_view line, ProfileRow& row) {
  const size_t first = line.find(',');
  const size_t second = first == std::string_view::npos ? first : line.find(',', first + 1);
  if (second == std::string_view::npos || line.find(',', second + 1) != std::string_view::npos)
    return "it does not have three columns";
  double size = 0;
  std::string wrong = read_number(line.substr(0, first), "size", kSizeMost, size);
  if (wrong.empty() && (size != std::floor(size) || size < 1)) wrong = "its size is not a whole number of bytes";
  if (wrong.empty())
    wrong = read_number(line.substr(first + 1, second - first - 1), "rate", kNumberMost, row.births_per_second);
  if (wrong.empty()) wrong = read_number(line.substr(second + 1), "live count", kNumberMost, row.live);
  row.size = static_cast<uint64_t>(size);
  return wrong;
}

tl::unexpected<base::Error> refuse(std::string_view name, std::string why) {
  return base::fail({.code = base::ErrorCode::kBadInput,
                     .what = fmt::format("cannot use {} as a profile", name),
                     .why = std::move(why),
                     .hint = std::string(kForm)});
}

}  // namespace

base::Result<FleetProfile> parse_profile(std::string_view text, std::string_view name) {
  FleetProfile profile;
  bool lives = false;
  for (uint64_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) continue;
    ProfileRow row;
    const std::string wrong = read_row(line, row);
    if (!wrong.empty()) return refuse(name, fmt::format("line {}: {}", number, wrong));
    lives = lives || row.live > 0 || row.births_per_second > 0;
    profile.rows.push_back(row);
  }
  if (profile.rows.empty()) return refuse(name, "it is empty");
  if (!lives) return refuse(name, "every rate and every live count in it is 0");
  return profile;
}

base::Result<FleetProfile> read_profile(const std::string& path) {
  const auto bytes = base::read_file(path, kFileBytesMost);
  if (!bytes) return base::fail(bytes.error());
  return parse_profile({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, path);
}

}  // namespace heapreel::workloads
