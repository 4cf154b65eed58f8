// The functions of time_axis.h.
#include "replayer/predict/time_axis.h"

#include <algorithm>

namespace heapreel::predict {
namespace {

// What the recorder's hot path takes, for a recording without reference runs (`./dev bench record`).
constexpr uint64_t kHotPathNs = 6;
constexpr double kKeptMin = 0.05;

// The median processor time at each checkpoint; negative where no run has it.
std::vector<double> median_cpu(std::span<const MemoryRun> runs, size_t checkpoints) {
  std::vector<std::vector<double>> seen(checkpoints);
  for (const MemoryRun& run : runs)
    for (const Reading& reading : run.readings)
      if (reading.checkpoint < checkpoints) seen[reading.checkpoint].push_back(static_cast<double>(reading.cpu_ns));
  std::vector<double> medians(checkpoints, -1);
  for (size_t i = 0; i < checkpoints; ++i) {
    if (seen[i].empty()) continue;
    std::ranges::nth_element(seen[i], seen[i].begin() + static_cast<ptrdiff_t>(seen[i].size() / 2));
    medians[i] = seen[i][seen[i].size() / 2];
  }
  return medians;
}

}  // namespace

Slowdown slowdown_of(const ProgramRecord& program, uint64_t ops, bool one_thread) {
  if (const uint64_t wall = program.references.wall_ns; program.references.runs > 0)
    return {program.duration_ns > wall ? program.duration_ns - wall : 0, true};
  const uint64_t own = one_thread ? program.recorder_ns + ops * kHotPathNs : program.recorder_ns_max;
  return {std::min(own, program.duration_ns), false};
}

std::vector<double> program_times(std::span<const Moment> moments, uint64_t ops, const Slowdown& slowdown) {
  std::vector<double> times;
  times.reserve(moments.size());
  const double per_op = ops == 0 ? 0 : static_cast<double>(slowdown.slowdown_ns) / static_cast<double>(ops);
  Moment before{};
  double time = 0;
  for (const Moment& moment : moments) {
    const double recorded = static_cast<double>(moment.time_ns) - static_cast<double>(before.time_ns);
    const double taken = per_op * (static_cast<double>(moment.ops_done) - static_cast<double>(before.ops_done));
    time += std::max(recorded - taken, recorded * kKeptMin);
    times.push_back(time);
    before = moment;
  }
  return times;
}

std::vector<double> allocator_shift(std::span<const MemoryRun> runs, std::span<const MemoryRun> recorded_runs,
                                    size_t checkpoints) {
  if (runs.empty() || recorded_runs.empty()) return {};
  const std::vector<double> own = median_cpu(runs, checkpoints);
  const std::vector<double> recorded = median_cpu(recorded_runs, checkpoints);
  std::vector<double> shift(checkpoints, 0);
  double last = 0;
  for (size_t i = 0; i < checkpoints; ++i) {
    if (own[i] >= 0 && recorded[i] >= 0) last = own[i] - recorded[i];
    shift[i] = last;
  }
  return shift;
}

}  // namespace heapreel::predict
