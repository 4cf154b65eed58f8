// One reel replayed, judged against the program it was recorded from, and told of while it goes on: what `replay` and
// `try` share.
#pragma once

#include <string>
#include <vector>

#include "replayer/lab/experiment.h"

namespace heapreel::commands {

struct ReplayTask {
  std::string path{};
  std::string again{};  // a second recording of the same command; empty: there is none
  lab::ExperimentOptions options{};
  std::vector<lab::AllocatorChoice> allocators{};
  bool use_cache = true;
  bool portray = false;  // one more pass over the reel, for what results say of the workload itself
};

// Warnings go to standard error; a line of progress, too, between runs, where that is a terminal.
base::Result<lab::Results> replay_reel(const ReplayTask& task);

}  // namespace heapreel::commands
