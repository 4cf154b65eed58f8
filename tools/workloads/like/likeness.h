// How far a clone is from its original, in a handful of numbers, and which of them it must keep to be called a clone.
//
// Distances lie between 0 (the same) and 1; errors are relative to the original and signed. docs/clones.md defines
// them.
#pragma once

#include <span>
#include <string>

#include "tools/workloads/like/portrait.h"

namespace heapreel::like {

inline constexpr double kPeakErrorMost = 0.10;
inline constexpr double kSizeDistanceMost = 0.10;

struct Likeness {
  double peak_error = 0;   // of the peak of live bytes
  double mean_error = 0;   // of their mean by event
  double curve_error = 0;  // the mean distance of the live curves, of the original's peak
  double events_error = 0;
  double kinds_distance = 0;         // total variation: calls by kind
  double sizes_log2_distance = 0;    // total variation: births by bits of their size
  double sizes_by_count = 0;         // Kolmogorov and Smirnov's: births by size
  double sizes_by_bytes = 0;         // the same, each birth weighing as much as its size
  double lifetimes_distance = 0;     // total variation: lives by bits of their length in events, or never
  double remote_share_original = 0;  // of frees
  double remote_share_clone = 0;

  double size_distance() const;
  double remote_error() const { return remote_share_clone - remote_share_original; }
  // What forbids the word "clone", in words; empty if nothing does.
  std::string objection() const;
};

Likeness compare(const Portrait& original, const Portrait& clone);

// Half the sum of the differences of two histograms' shares; 1 if only one of them is empty.
double total_variation(std::span<const uint64_t> a, std::span<const uint64_t> b);
// The greatest difference of their cumulative shares.
double greatest_step(std::span<const double> a, std::span<const double> b);

}  // namespace heapreel::like
