// A reel made ready for replay: its plan, and what results say of the reel.
#pragma once

#include "replayer/lab/experiment.h"
#include "replayer/plan/plan_cache.h"
#include "trace_format/store/metadata.h"

namespace heapreel::commands {

struct ReplayReel {
  plan::CachedPlan planned;
  lab::ReelFacts facts;
  reel::ReelMetadata metadata;
  std::vector<std::string> warnings;  // what of it will not be as it was on the recorded machine
};

// Refuses what no replay can make sense of, such as a reel without allocations.
base::Result<ReplayReel> open_for_replay(const std::string& path, const lab::ExperimentOptions& options,
                                         bool use_cache);

}  // namespace heapreel::commands
