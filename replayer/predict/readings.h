// What one replay tells the models, taken from its board: memory and processor time at the plan's checkpoints, and the
// whole run's cost.
//
// Plain values that outlive the board. Only readings that were reached stand here, in order of recorded time, and
// behind them what was there after the last op.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "replayer/measure/board_format.h"
#include "replayer/plan/plan_format.h"

namespace heapreel::predict {

struct Reading {
  uint64_t checkpoint = 0;  // its index in the plan; behind the last: their number
  uint64_t time_ns = 0;     // recorded, from the reel's first event
  uint64_t seq = 0;
  uint64_t live_bytes = 0;  // of the record
  uint64_t rss_bytes = 0;   // of the runner, its own base included
  uint64_t cpu_ns = 0;      // of the runner until then, without what waits burned
};

// A run of the memory pass.
struct MemoryRun {
  std::vector<Reading> readings{};
  uint64_t base_bytes = 0;  // of the runner before the first op
  uint64_t sleeping_calls = 0;
};

// A run of the throughput pass.
struct CpuRun {
  double user_ns = 0;  // without waits
  double system_ns = 0;
  double minor_faults = 0;
};

// The memory runs of one allocator, and its throughput runs in the order of the rounds.
struct AllocatorRuns {
  std::vector<MemoryRun> memory{};
  std::vector<MemoryRun> memory_fast{};  // the allocator saw real time instead of recorded time
  std::vector<MemoryRun> memory_free{};  // without a window: threads ran as fast as the allocator let them
  std::vector<CpuRun> cpu{};
};

MemoryRun read_memory_run(const measure::Board& board, std::span<const measure::CheckpointReading> readings,
                          std::span<const plan::Checkpoint> checkpoints, const plan::PlanHeader& plan);
CpuRun read_cpu_run(const measure::Board& board, std::span<const measure::ThreadBoard> threads);

}  // namespace heapreel::predict
