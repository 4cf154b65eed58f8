// Watching a runner from outside while it runs: its end, its memory each millisecond, and whether it still moves.
//
// Sleeps on absolute deadlines and between them only waits for the process's end; without sampling it wakes ten times a
// second, which no measurement sees.
#pragma once

#include <sys/types.h>

#include "replayer/lab/run.h"

namespace heapreel::lab {

struct Watched {
  int wait_status = 0;
  bool hung = false;
  bool timed_out = false;
  std::vector<RssSample> rss{};
  uint64_t sampler_cpu_ns = 0;
};

// Until `pid`, a child of ours and the leader of a process group, has ended; if need be, by ending the group.
Watched watch(pid_t pid, const BoardMemory& board, const RunRequest& request);

}  // namespace heapreel::lab
