// The function of picture.h.
#include "tools/verdict/picture.h"

#include <algorithm>
#include <array>

namespace heapreel::verdict {
namespace {

constexpr std::array<const char*, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<const char*, 8> kAscii = {"_", ".", ":", "-", "=", "+", "*", "#"};

}  // namespace

std::string curve_picture(const std::vector<lab::TimelinePoint>& curve, size_t columns, double top_bytes, bool utf8) {
  if (curve.empty() || top_bytes <= 0) return {};
  std::vector<uint64_t> most(columns, 0);
  const double end = static_cast<double>(std::max<uint64_t>(curve.back().t_ns, 1));
  for (const lab::TimelinePoint& point : curve) {
    const auto at = static_cast<size_t>(static_cast<double>(point.t_ns) / end * static_cast<double>(columns));
    uint64_t& stretch = most[std::min(at, columns - 1)];
    stretch = std::max(stretch, point.rss_bytes);
  }
  std::string text;
  for (size_t i = 0; i < columns; ++i) {
    if (most[i] == 0 && i > 0) most[i] = most[i - 1];
    const auto level = static_cast<size_t>(static_cast<double>(most[i]) / top_bytes * 7.999);
    text += (utf8 ? kBlocks : kAscii)[std::min<size_t>(level, 7)];
  }
  return text;
}

}  // namespace heapreel::verdict
