// A tuning as a whole: what was searched, the final experiment, and what may be said of it. For text and JSON.
#pragma once

#include "tools/tune/decide.h"
#include "tools/tune/runs.h"

namespace heapreel::tune {

struct Tuned {
  Objective objective = Objective::kBoth;
  MemoryFigure memory = MemoryFigure::kPeak;
  uint64_t budget = 0;
  uint64_t candidates = 0;  // settings that were to be tried one by one
  Outcome search{};
  lab::Results results{};                       // of the final: the defaults and the finalists
  std::vector<Candidate> rows{};                // results.allocators, as candidates
  std::vector<lab::AllocatorChoice> choices{};  // and with their environments
  size_t reference = 0;
  Claimable claimable{};
  Decision decision{};
  // Why nothing is recommended whatever the figures; empty if something may be.
  std::string no_recommendation{};
};

}  // namespace heapreel::tune
