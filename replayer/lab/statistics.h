// What a few dozen rounds say, and how surely: medians, bootstrap intervals, paired ratios, drift.
//
// Pure functions of numbers, reproducible from their seed. Rounds are what is resampled, never single calls: calls of
// one process share its luck. Deliberately absent: means and standard deviations; a host that is busy for one round
// would decide them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace heapreel::lab {

inline constexpr size_t kResamples = 10'000;
inline constexpr size_t kRoundsToClaim = 3;  // of fewer pairs an interval says nothing
// Of memory. A replay of one thread repeats to the page; of several, live bytes may swing by some tenths of a percent.
inline constexpr double kMemoryClaimable = 0.01;
// Of tails. The rounds of a latency pass are too few for an interval: quantiles differ if all rounds of one lie beyond
// all of the other's, and by more than a bucket of the histogram.
inline constexpr double kTailClaimable = 0.25;

struct Estimate {
  double median = 0;
  double low = 0;  // of the 95 % interval
  double high = 0;
  friend bool operator==(const Estimate&, const Estimate&) = default;
};

// Of an empty list: 0.
double median(std::vector<double> values);

// `quantile` from 0 to 1, between neighbours by proportion.
double quantile(std::vector<double> values, double quantile);

// The median and its percentile-bootstrap interval.
Estimate estimate(std::span<const double> values, uint64_t seed);

// value[i] / reference[i]; both of the same round i. A round in which the reference is 0 is left out.
std::vector<double> paired_ratios(std::span<const double> values, std::span<const double> reference);

// Half of the interval's width over the median; infinite if the median is 0.
double half_width(const Estimate& estimate);

// The smallest difference from 1 that may be claimed, from the interval of a ratio that is 1 in truth (the reference
// against itself): how far that interval reaches from 1.
double claimable(const Estimate& same_against_same);

// Whether a ratio may be called different from 1: its interval lies wholly beyond 1 +- claimable.
bool differs(const Estimate& ratio, double claimable);

// Spearman's rank correlation of a list with its own order: drift. Ties share their ranks. 0 below three values.
double spearman_drift(std::span<const double> values);

// Whether a drift of so many values is beyond chance at 1 % (two-sided, by the normal approximation).
bool drift_is_significant(double rho, size_t values);

}  // namespace heapreel::lab
