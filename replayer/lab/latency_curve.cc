// The functions of latency_curve.h.
#include "replayer/lab/latency_curve.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "replayer/lab/latency.h"
#include "replayer/lab/statistics.h"

namespace heapreel::lab {
namespace {

constexpr double kPointsPerDecade = 6;

const LatencyCurve* find(const std::vector<LatencyCurve>& curves, const std::string& call) {
  const auto found = std::ranges::find(curves, call, &LatencyCurve::call);
  return found == curves.end() ? nullptr : &*found;
}

}  // namespace

LatencyCurve latency_curve(std::string call, const measure::Histogram& histogram, uint64_t ticks_per_second) {
  LatencyCurve curve{.call = std::move(call)};
  const auto count = static_cast<double>(count_of(histogram));
  const auto ns_of = [ticks_per_second](uint64_t ticks) {
    return static_cast<double>(ticks) * 1e9 / static_cast<double>(ticks_per_second);
  };
  for (size_t i = 0; i + 1 < kCurvePoints; ++i) {
    const double beyond = std::pow(10.0, -static_cast<double>(i) / kPointsPerDecade);
    if (count * beyond < 1) break;
    curve.points.push_back({1 - beyond, ns_of(quantile_ticks(histogram, 1 - beyond))});
  }
  if (count > 0) curve.points.push_back({1, ns_of(histogram.max_ticks)});
  return curve;
}

std::vector<LatencyCurve> median_curves(const std::vector<std::vector<LatencyCurve>>& runs) {
  if (runs.empty()) return {};
  std::vector<LatencyCurve> medians = runs.front();
  for (LatencyCurve& curve : medians)
    for (size_t i = 0; i < curve.points.size(); ++i) {
      std::vector<double> values;
      for (const auto& run : runs)
        if (const LatencyCurve* same = find(run, curve.call);
            same != nullptr && i < same->points.size() && same->points[i].quantile == curve.points[i].quantile)
          values.push_back(same->points[i].ns);
      curve.points[i].ns = median(values);
    }
  return medians;
}

}  // namespace heapreel::lab
