// What may be said of the final experiment: which rows differ, which nobody beats, and which to choose.
//
// The rule is that of `replay`: a difference is claimed if the interval of the paired ratio lies wholly beyond what the
// reference shows against itself. A row is recommended over the reference only if that difference can be claimed; one
// with settings, only if it can be claimed against its own default, too; and of rows that are tied with the best one,
// that with the fewest settings. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replayer/lab/statistics.h"

namespace heapreel::tune {

inline constexpr size_t kRoundsToClaim = 3;  // of fewer pairs an interval says nothing

struct FinalRow {
  std::string allocator{};
  size_t settings = 0;
  std::vector<double> time{};    // by round; empty if it failed
  std::vector<double> memory{};  // by round
};

// One figure of a row against another's.
struct Claim {
  lab::Estimate ratio{};
  bool tie = true;

  bool better() const { return !tie && ratio.high < 1; }
  bool worse() const { return !tie && ratio.low > 1; }
};

struct Judged {
  Claim time{}, memory{};          // against the reference
  Claim own_time{}, own_memory{};  // against the default of the same allocator
  // No row is better in one figure without being worse in the other; and what it owes to settings can be claimed.
  bool on_front = false;
};

// Worse beyond what can be claimed, by the median: no claim, but reason enough not to call a row as good as another.
bool may_be_worse(const Claim& claim, double claimable);

struct Decision {
  std::vector<Judged> rows{};
  // Which row to choose; nothing: stay with the reference, no difference can be claimed.
  std::optional<size_t> for_speed{};
  std::optional<size_t> for_memory{};
  std::optional<size_t> for_both{};  // better in one figure and, by the median too, not worse in the other
};

struct Claimable {
  double time = 0;
  double memory = 0;
};

Decision decide(const std::vector<FinalRow>& rows, size_t reference, const Claimable& claimable, uint64_t seed);

}  // namespace heapreel::tune
