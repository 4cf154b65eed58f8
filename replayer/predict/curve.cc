// The functions of curve.h.
#include "replayer/predict/curve.h"

#include <algorithm>

namespace heapreel::predict {

Curve::Curve(const std::vector<CurvePoint>& points) {
  points_.reserve(points.size());
  for (const CurvePoint& point : points)
    if (points_.empty() || point.time_ns > points_.back().time_ns) points_.push_back(point);
}

double Curve::at(uint64_t time_ns) const {
  if (points_.empty()) return 0;
  const auto after = std::ranges::upper_bound(points_, time_ns, {}, &CurvePoint::time_ns);
  if (after == points_.begin()) return points_.front().value;
  const CurvePoint& left = *(after - 1);
  if (after == points_.end()) return left.value;
  const double part = static_cast<double>(time_ns - left.time_ns) / static_cast<double>(after->time_ns - left.time_ns);
  return left.value + (after->value - left.value) * part;
}

double Curve::peak() const {
  double peak = 0;
  for (const CurvePoint& point : points_) peak = std::max(peak, point.value);
  return peak;
}

}  // namespace heapreel::predict
