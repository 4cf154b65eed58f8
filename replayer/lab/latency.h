// How long single calls took: histograms of all threads added up, and what can be read from them.
//
// Quantiles are of call times in a closed loop, or with recorded times from the moment a call was due. A quantile is
// resolved only if at least ten calls lie beyond it and it is not one that the null allocator shows as well: below that
// it tells of the timer.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "replayer/lab/latency_curve.h"
#include "replayer/measure/histogram_format.h"

namespace heapreel::lab {

inline constexpr size_t kQuantiles = 5;
inline constexpr std::array<double, kQuantiles> kQuantileOf = {0.5, 0.9, 0.99, 0.999, 0.9999};
inline constexpr std::array<const char*, kQuantiles> kQuantileName = {"p50", "p90", "p99", "p999", "p9999"};
inline constexpr size_t kP999 = 3;

inline constexpr std::array<uint64_t, 6> kSizeClassMax = {64, 512, 4096, 32768, 262144, 0};  // 0: no upper end

struct CallLatency {
  std::string call{};   // "malloc", "free", ...
  int size_class = -1;  // -1: all sizes
  int remote = -1;      // -1: both; 1: the block's last op was another thread's
  uint64_t count = 0;
  std::array<double, kQuantiles> ns{};
  std::array<bool, kQuantiles> resolved{};
  double max_ns = 0;
  std::vector<double> p999_samples{};  // one a run, where several were put together
};

// The busiest call that allocates or the busiest that frees: the one with the greater p99.9. Null if there is neither.
const CallLatency* tail_call(const std::vector<CallLatency>& by_group);

const char* group_name(measure::CallGroup group);

// Sums of one run's sets: kHistograms of them.
std::vector<measure::Histogram> added_up(std::span<const measure::Histogram> sets);

// The least number of ticks that `quantile` of the calls did not exceed; 0 of an empty histogram.
uint64_t quantile_ticks(const measure::Histogram& histogram, double quantile);

uint64_t count_of(const measure::Histogram& histogram);

struct LatencyTable {
  std::vector<CallLatency> by_group{};
  std::vector<CallLatency> by_class{};  // those that have calls
  std::vector<LatencyCurve> curves{};   // by group
};

// Of one run.
LatencyTable latency_of(const std::vector<measure::Histogram>& sums, uint64_t ticks_per_second);

// Of several runs: the median of each quantile, and what of it is resolved; `null` has the same calls of the null
// allocator, or nothing.
LatencyTable median_latency(const std::vector<LatencyTable>& runs, const LatencyTable* null);

}  // namespace heapreel::lab
