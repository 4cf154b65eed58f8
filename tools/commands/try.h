// The parts of `heapreel try`: the program run, unrecorded and recorded, into a folder.
#pragma once

#include <string>
#include <vector>

#include "trace_format/base/result.h"

namespace heapreel::commands {

struct TryRuns {
  std::vector<std::string> command{};
  std::string folder{};  // where the reels go; it exists
  uint64_t references = 3;
  uint64_t recordings = 2;
};

struct TriedReels {
  std::string first{};     // the reel to replay
  std::string again{};     // the same of the second recording; empty: none was made
  uint64_t processes = 1;  // that were recorded each time
  int exit_status = 0;     // of the recorded command
  double run_s = 0;        // one run by itself, the median
};

// Its input and output are /dev/null each time, so that all runs are alike. What is going on is told on standard error.
base::Result<TriedReels> make_reels(const TryRuns& runs);

}  // namespace heapreel::commands
