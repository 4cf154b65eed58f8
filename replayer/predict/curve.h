// A quantity over time as points: resident memory in bytes, or processor time in nanoseconds.
//
// Times rise. Between points the curve is a straight line, before the first and behind the last it is flat; one without
// points is zero everywhere.
#pragma once

#include <cstdint>
#include <vector>

namespace heapreel::predict {

struct CurvePoint {
  uint64_t time_ns = 0;
  double value = 0;
};

class Curve {
 public:
  Curve() = default;
  // Points whose time does not rise are left out.
  explicit Curve(const std::vector<CurvePoint>& points);

  double at(uint64_t time_ns) const;
  double peak() const;
  bool empty() const { return points_.empty(); }
  const std::vector<CurvePoint>& points() const { return points_; }

 private:
  std::vector<CurvePoint> points_;
};

}  // namespace heapreel::predict
