// Results of a replay for people: what was replayed, the verdict, which checks did not hold, and what to keep in mind.
// As wide as the terminal.
#pragma once

#include <string>

#include "replayer/lab/results.h"

namespace heapreel::commands {

struct ReplayTextOptions {
  bool details = false;  // every figure by allocator, the harness's and the bounds' rows too, and each check
};

std::string replay_text(const lab::Results& results, const ReplayTextOptions& options);

}  // namespace heapreel::commands
