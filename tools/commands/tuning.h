// A tuning from a plan to what may be said of it: the estimate, the search, the final experiment, the decision.
//
// Progress goes to a terminal only, between runs. The time limit is aimed at: a round that has begun is finished, and
// the final has three rounds at least.
#pragma once

#include "tools/commands/replay_reel.h"
#include "tools/tune/tuned.h"

namespace heapreel::commands {

// What the command line asks for.
struct TuneRequest {
  std::string path{};
  tune::SearchOptions search{};
  tune::MemoryFigure memory{};
  lab::ExperimentOptions replay{};
  double time_limit_s = 0;
};

base::Result<tune::Tuned> make_tuning(const TuneRequest& request, const ReplayReel& reel,
                                      const std::vector<lab::AllocatorChoice>& allocators);

}  // namespace heapreel::commands
