// Successive halving: many candidates get few rounds, the better half of them more, and what remains goes to a full
// experiment.
//
// First each knob alone, around every allocator's default; then the survivors and combinations of what won, twice; last
// the best combinations without each of their settings (prune.h). The defaults are never dropped: everything is
// measured against them, in the same rounds. A setting that the allocator does not say it has taken is dropped before
// it is measured, and named. Pure: what measures is the caller's (runs.h, or an oracle). Nothing here claims a
// difference; see decide.h.
#pragma once

#include <functional>

#include "tools/tune/candidate.h"
#include "tools/tune/ranking.h"
#include "trace_format/base/result.h"

namespace heapreel::tune {

// What candidates are measured by.
struct Bench {
  // Why a candidate's settings are not active; empty if all of them are.
  std::function<base::Result<std::string>(const Candidate&)> prove{};
  // At most so many rounds of all candidates; fewer, but at least one, when time is up. By candidate.
  std::function<base::Result<std::vector<Samples>>(const std::vector<Candidate>&, uint64_t rounds)> measure{};
};

inline constexpr size_t kFinalistsMax = 4;
inline constexpr uint64_t kBudgetUsual = 300;
inline constexpr uint64_t kBudgetQuick = 60;

struct SearchOptions {
  Objective objective = Objective::kBoth;
  uint64_t budget = kBudgetUsual;  // candidates times rounds, over all rungs
  bool quick = false;              // two rungs, one round each, and no combinations
};

struct Dropped {
  Candidate candidate{};
  std::string why{};
};

struct RungRow {
  Candidate candidate{};
  Place place{};  // against the reference's default
  bool kept = false;
};

struct Rung {
  uint64_t rounds = 0;
  std::vector<RungRow> rows{};
};

struct Outcome {
  std::vector<Dropped> dropped{};
  uint64_t left_out = 0;  // candidates that the budget had no room for
  std::vector<Rung> rungs{};
  std::vector<Candidate> finalists{};  // the best first; without defaults
  // The reference's default against itself, over all rounds: what ratio may come of nothing.
  std::vector<double> time_against_itself{};
  std::vector<double> memory_against_itself{};
};

// `defaults`: one of each allocator, the reference first. `singles`: in the order in which they are let go for lack of
// budget, the last first.
base::Result<Outcome> search(const std::vector<Candidate>& defaults, const std::vector<Candidate>& singles,
                             const Bench& bench, const SearchOptions& options);

}  // namespace heapreel::tune
