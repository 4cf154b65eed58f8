// Whether a clone ranks allocators as its original does: two experiments, held against each other pair by pair.
//
// Of two allocators one is ahead, by time per call or by peak memory, if the whole interval of their ratio lies beyond
// kTieWithin and beyond what the experiment can tell from itself; else they tie. A pair breaks the ranking if the clone
// puts the other one ahead, or if one of the two records sees a difference beyond kMuch where the other sees a tie,
// and the intervals of the two ratios do not meet: else it is one finding, seen more or less clearly. Deliberately
// absent: any replay; that is the caller's.
#pragma once

#include <string>
#include <vector>

#include "replayer/lab/results.h"

namespace heapreel::like {

inline constexpr double kTieWithin = 0.05;
inline constexpr double kMuch = 0.10;

enum class Ahead : uint8_t { kTie, kFirst, kSecond };

struct PairVerdict {
  std::string first{}, second{};  // allocators
  std::string metric{};           // "ns_per_op_net", "rss_peak_bytes"
  lab::Estimate original{};       // of first / second; below 1, the first is ahead
  lab::Estimate clone{};
  Ahead original_ahead = Ahead::kTie;
  Ahead clone_ahead = Ahead::kTie;
  bool holds = true;
};

struct RankingVerdict {
  std::vector<PairVerdict> pairs{};
  std::string trouble{};  // why there is nothing to compare; empty if there is

  bool holds() const;
  size_t broken() const;
  size_t differing() const;  // pairs that differ in the original
};

RankingVerdict compare_rankings(const lab::Results& original, const lab::Results& clone);

}  // namespace heapreel::like
