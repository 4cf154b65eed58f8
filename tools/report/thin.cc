// Buckets of equal count: the points of a timeline are near enough to even in time, and count is what is bounded.
#include "tools/report/thin.h"

#include <algorithm>
#include <numeric>

namespace heapreel::report {
namespace {

std::vector<size_t> all_points(size_t count) {
  std::vector<size_t> kept(count);
  std::iota(kept.begin(), kept.end(), size_t{0});
  return kept;
}

void keep_extremes(const Series& values, size_t from, size_t to, std::vector<size_t>& kept) {
  const auto begin = values.begin() + static_cast<std::ptrdiff_t>(from);
  const auto [least, greatest] = std::minmax_element(begin, values.begin() + static_cast<std::ptrdiff_t>(to));
  kept.push_back(static_cast<size_t>(least - values.begin()));
  kept.push_back(static_cast<size_t>(greatest - values.begin()));
}

}  // namespace

std::vector<size_t> kept_points(const std::vector<Series>& series, size_t most) {
  const size_t count = series.empty() ? 0 : series.front().size();
  if (count <= most) return all_points(count);
  const size_t buckets = most > 2 ? (most - 2) / (2 * series.size()) : 0;
  std::vector<size_t> kept{0, count - 1};
  for (size_t bucket = 0; bucket < buckets; ++bucket) {
    const size_t from = count * bucket / buckets;
    const size_t to = count * (bucket + 1) / buckets;
    for (const Series& values : series) keep_extremes(values, from, to, kept);
  }
  std::ranges::sort(kept);
  const auto again = std::ranges::unique(kept);
  kept.erase(again.begin(), again.end());
  return kept;
}

std::vector<size_t> even_points(size_t count, size_t most) {
  if (count <= most) return all_points(count);
  std::vector<size_t> kept;
  for (size_t at = 0; at < most; ++at) kept.push_back(most < 2 ? 0 : at * (count - 1) / (most - 1));
  return kept;
}

}  // namespace heapreel::report
