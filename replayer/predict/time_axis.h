// From recorded time to the program's own: a recording takes longer than the program does alone, most where it
// allocates most, and machines are busy at times, so memory of some stretches would weigh too much in a mean.
//
// A recorded stretch is the program's processor time and the rest, in which it waited. Reference runs say what both are
// without a recorder: too much processor time is taken off by ops, too much waiting in proportion. Without them, the
// recorder's own account is taken off by ops. Of several threads, whose processor times overlap, all counts as waiting
// that the reference runs do without, and is taken off by ops. A program of one thread is as much faster with another
// allocator as the replay's processor time is less (allocator_shift).
// Invariant: program time never falls, and keeps at least a twentieth of each recorded stretch.
#pragma once

#include <span>

#include "replayer/predict/program_record.h"
#include "replayer/predict/readings.h"

namespace heapreel::predict {

// What turns a recorded stretch into the program's.
struct Slowdown {
  uint64_t taken_off_ns = 0;  // in all, spread over the ops
  double wait_scale = 1;      // of time without processor time; 1 where that is not known apart
  bool by_references = false;
};
Slowdown slowdown_of(const ProgramRecord& program, uint64_t ops, bool one_thread);

// Program time at each of some recorded moments, which rise; `ops_done` of `ops` stood before each.
struct Moment {
  uint64_t time_ns = 0;  // from the reel's origin
  uint64_t ops_done = 0;
};
std::vector<double> program_times(std::span<const Moment> moments, uint64_t ops, const Slowdown& slowdown,
                                  const Curve& cpu = {});

// What another allocator adds to program time at each checkpoint: median processor time of its runs less that of the
// recorded one's. By index of checkpoint; empty if either has no runs.
std::vector<double> allocator_shift(std::span<const MemoryRun> runs, std::span<const MemoryRun> recorded_runs,
                                    size_t checkpoints);

}  // namespace heapreel::predict
