// The functions of readings.h.
#include "replayer/predict/readings.h"

#include <algorithm>

#include "trace_format/base/ticks.h"

namespace heapreel::predict {
namespace {

uint64_t spin_ns(uint64_t ticks, uint64_t ticks_per_second) {
  return ticks_per_second == 0 ? 0 : base::ticks_to_ns(ticks, ticks_per_second);
}

}  // namespace

MemoryRun read_memory_run(const measure::Board& board, std::span<const measure::CheckpointReading> readings,
                          std::span<const plan::Checkpoint> checkpoints, const plan::PlanHeader& plan) {
  MemoryRun run{.readings = {}, .base_bytes = board.rss_base_bytes, .sleeping_calls = board.sleeping_calls};
  for (size_t i = 0; i < std::min(readings.size(), checkpoints.size()); ++i) {
    const measure::CheckpointReading& reading = readings[i];
    if (reading.ticks == 0) continue;
    const uint64_t spun = spin_ns(reading.spin_ticks, board.orders.ticks_per_second);
    run.readings.push_back({.checkpoint = i,
                            .time_ns = checkpoints[i].time_ns,
                            .seq = checkpoints[i].seq,
                            .live_bytes = checkpoints[i].live_bytes,
                            .rss_bytes = reading.rss_bytes,
                            .cpu_ns = reading.cpu_ns - std::min(spun, reading.cpu_ns)});
  }
  std::ranges::stable_sort(run.readings, {}, &Reading::time_ns);
  if (run.readings.empty()) return run;
  Reading end = run.readings.back();
  end.checkpoint = checkpoints.size();
  end.time_ns = std::max(end.time_ns, plan.duration_ns);
  end.seq = plan.ops;
  end.live_bytes = plan.live_end_bytes;
  end.rss_bytes = board.rss_end_bytes;
  run.readings.push_back(end);
  return run;
}

CpuRun read_cpu_run(const measure::Board& board, std::span<const measure::ThreadBoard> threads) {
  uint64_t spun = 0;
  for (const measure::ThreadBoard& thread : threads) spun += spin_ns(thread.spin_ticks, board.orders.ticks_per_second);
  return {.user_ns = static_cast<double>(board.user_ns - std::min(spun, board.user_ns)),
          .system_ns = static_cast<double>(board.system_ns),
          .minor_faults = static_cast<double>(board.minor_faults)};
}

}  // namespace heapreel::predict
