// When what is run: the order within a round, when there are rounds enough, and what fits into a quick answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replayer/lab/rows.h"

namespace heapreel::lab {

// The rows 0 to `rows` - 1 in an order of their own for each round, the same for the same seed everywhere.
std::vector<size_t> shuffled_round(size_t rows, uint64_t seed, uint64_t round);

// The widest interval among all ratios to the reference, as half of its width; infinite before there are two rounds.
double widest_half_width(Rows& rows, uint64_t seed);

// How many ops from the start fit into a quick experiment, from one timed run of the first `probed_ops`; ~0: all.
struct Probe {
  double seconds_fixed = 0;  // of a process, whatever it replays
  double seconds_an_op = 0;
  size_t candidates = 0;
};
inline constexpr uint64_t kQuickRounds = 3;
uint64_t ops_that_fit(const Probe& probe, double seconds);

}  // namespace heapreel::lab
