// A combination without the settings that do nothing in it.
//
// The best of many combinations owes its place in part to luck, and holds settings that came along. Each is left out in
// turn, in rounds of the same search: one whose absence costs nothing that can be claimed goes. Pure.
#pragma once

#include "tools/tune/candidate.h"
#include "tools/tune/decide.h"
#include "tools/tune/ranking.h"

namespace heapreel::tune {

// The candidate without each of its settings, in their order.
std::vector<Candidate> without_each(const Candidate& candidate);

// `without`: the samples of without_each(), round by round with `whole`. First the settings that were shown to matter;
// if several were not, then those and the best of the others, as two that do the same may each be spared but not both.
// Without the default.
std::vector<Candidate> pruned(const Candidate& candidate, const Samples& whole, const std::vector<Samples>& without,
                              const Claimable& claimable, Objective objective);

}  // namespace heapreel::tune
