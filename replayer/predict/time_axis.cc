// The functions of time_axis.h.
#include "replayer/predict/time_axis.h"

#include <algorithm>

namespace heapreel::predict {
namespace {

// What the recorder's hot path takes, for a recording without reference runs (`./dev bench record`).
constexpr uint64_t kHotPathNs = 6;
constexpr double kKeptMin = 0.05;
constexpr double kWaitScaleMax = 4;

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
  const ReferenceFigures& references = program.references;
  const uint64_t cpu = program.user_ns + program.system_ns;
  if (references.runs == 0) {
    const uint64_t own = one_thread ? program.recorder_ns + ops * kHotPathNs : program.recorder_ns_max;
    return {.taken_off_ns = std::min(own, program.duration_ns)};
  }
  if (!one_thread || program.cpu.empty() || cpu >= program.duration_ns)
    return {.taken_off_ns = program.duration_ns - std::min(program.duration_ns, references.wall_ns),
            .by_references = true};
  const uint64_t cpu_alone = references.user_ns + references.system_ns;
  const double waits = static_cast<double>(program.duration_ns - cpu);
  const double waits_alone = static_cast<double>(references.wall_ns - std::min(references.wall_ns, cpu_alone));
  return {.taken_off_ns = cpu - std::min(cpu, cpu_alone),
          .wait_scale = std::clamp(waits_alone / waits, 0.0, kWaitScaleMax),
          .by_references = true};
}

std::vector<double> program_times(std::span<const Moment> moments, uint64_t ops, const Slowdown& slowdown,
                                  const Curve& cpu) {
  std::vector<double> times;
  times.reserve(moments.size());
  const double per_op = ops == 0 ? 0 : static_cast<double>(slowdown.taken_off_ns) / static_cast<double>(ops);
  Moment before{};
  double time = 0;
  for (const Moment& moment : moments) {
    const double recorded = static_cast<double>(moment.time_ns) - static_cast<double>(before.time_ns);
    const double on_cpu = std::clamp(cpu.at(moment.time_ns) - cpu.at(before.time_ns), 0.0, recorded);
    const double taken = per_op * (static_cast<double>(moment.ops_done) - static_cast<double>(before.ops_done));
    const double waited = recorded - on_cpu;
    time += std::max(recorded - taken - waited * (1 - slowdown.wait_scale), recorded * kKeptMin);
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
