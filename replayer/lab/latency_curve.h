// Call times as a curve over quantiles, for a picture of the tail: evenly spaced where distance is told by how few
// calls lie beyond.
//
// Quantile 1 - 10^(-i/6) for i = 0, 1, ..., as far as a call lies beyond it, and the maximum as quantile 1: at most
// kCurvePoints points. Both coordinates rise, or stay.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "replayer/measure/histogram_format.h"

namespace heapreel::lab {

inline constexpr size_t kCurvePoints = 60;

struct QuantilePoint {
  double quantile = 0;
  double ns = 0;
  friend bool operator==(const QuantilePoint&, const QuantilePoint&) = default;
};

struct LatencyCurve {
  std::string call{};  // "malloc", "free", ...
  std::vector<QuantilePoint> points{};
};

// Of the calls of one run; without points if there are none.
LatencyCurve latency_curve(std::string call, const measure::Histogram& histogram, uint64_t ticks_per_second);

// Of several runs that made the same calls: the median at each quantile.
std::vector<LatencyCurve> median_curves(const std::vector<std::vector<LatencyCurve>>& runs);

}  // namespace heapreel::lab
