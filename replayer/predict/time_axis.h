// From recorded time to the program's own: a recording takes longer than the program does alone, most where it
// allocates most, so memory after many allocations would weigh too much in a mean.
//
// Of a recorded moment, the recorder's part until then is taken off: `slowdown_ns` in all, spread over the ops. The
// reference runs say how much it was; without them, the recorder's own account does. A program of one thread runs
// faster or slower with another allocator by as much as the replay's processor time differs (AllocatorShift).
// Invariant: program time never falls, and keeps at least a twentieth of each recorded stretch.
#pragma once

#include <span>

#include "replayer/predict/program_record.h"
#include "replayer/predict/readings.h"

namespace heapreel::predict {

// How much longer the recorded run took than the program alone, in all.
struct Slowdown {
  uint64_t slowdown_ns = 0;
  bool by_references = false;
};
Slowdown slowdown_of(const ProgramRecord& program, uint64_t ops, bool one_thread);

// Program time at each of some recorded moments, which rise; `ops_done` of `ops` stood before each.
struct Moment {
  uint64_t time_ns = 0;  // from the reel's origin
  uint64_t ops_done = 0;
};
std::vector<double> program_times(std::span<const Moment> moments, uint64_t ops, const Slowdown& slowdown);

// What another allocator adds to program time at each checkpoint: median processor time of its runs less that of the
// recorded one's. By index of checkpoint; empty if either has no runs.
std::vector<double> allocator_shift(std::span<const MemoryRun> runs, std::span<const MemoryRun> recorded_runs,
                                    size_t checkpoints);

}  // namespace heapreel::predict
