// The functions of memory_model.h.
#include "replayer/predict/memory_model.h"

#include <algorithm>
#include <cmath>

#include "replayer/predict/median.h"

namespace heapreel::predict {
namespace {

std::vector<MemoryFigures> figures_of(const Scene& scene, std::span<const MemoryRun> runs,
                                      std::span<const double> shift) {
  std::vector<MemoryFigures> figures;
  for (const MemoryRun& run : runs) figures.push_back(memory_figures(scene, run, shift));
  return figures;
}

std::vector<double> all_of(std::span<const MemoryFigures> figures, double MemoryFigures::*what) {
  std::vector<double> values;
  for (const MemoryFigures& figure : figures) values.push_back(figure.*what);
  return values;
}

// One of the two figures, as the model sees it.
struct Measured {
  std::vector<double> replays;
  double absolute = 0;
  double calibrated = 0;
  double spread = 0;  // of the reference runs
};

Measured measured_of(std::span<const MemoryFigures> own, std::span<const MemoryFigures> recorded,
                     double MemoryFigures::*what, double real, double spread) {
  Measured measured{.replays = all_of(own, what), .absolute = 0, .calibrated = 0, .spread = spread};
  measured.absolute = measured.calibrated = median(measured.replays);
  if (!recorded.empty() && real > 0) measured.calibrated = real + measured.absolute - median(all_of(recorded, what));
  return measured;
}

Estimate widened(const Measured& measured, double value, bool one_thread) {
  const double offset = value - measured.absolute;
  const double widen = std::max({value * (one_thread ? kWidenOneThread : kWidenThreads),
                                 std::abs(measured.absolute - measured.calibrated), measured.spread});
  const auto [low, high] = std::ranges::minmax(measured.replays);
  return {.value = value, .low = std::max(low + offset - widen, 0.0), .high = high + offset + widen};
}

// What the program really took under the recorded allocator: the reference runs say it best.
double real_peak(const ProgramRecord& program, std::span<const MemoryFigures> figures) {
  if (program.references.runs > 0) return program.references.peak_bytes;
  return figures.empty() ? 0 : figures.front().recorded_peak_bytes;
}

double real_mean(const ProgramRecord& program, std::span<const MemoryFigures> figures) {
  if (program.references.runs > 0) return program.references.mean_bytes;
  return figures.empty() ? 0 : figures.front().recorded_mean_bytes;
}

Reasons reasons_of(const Scene& scene, const AllocatorRuns& runs, std::span<const MemoryFigures> figures,
                   std::span<const double> shift) {
  Reasons reasons;
  const double harness = static_cast<double>(scene.harness_bytes);
  std::vector<double> bases;
  for (const MemoryRun& run : runs.memory) {
    bases.push_back(static_cast<double>(run.base_bytes) - harness);
    reasons.sleeps = reasons.sleeps || run.sleeping_calls > 0;
  }
  reasons.program_bytes = median(all_of(figures, &MemoryFigures::base_at_peak_bytes));
  reasons.live_bytes = median(all_of(figures, &MemoryFigures::live_at_peak_bytes));
  reasons.own_base_bytes = std::max(median(bases), 0.0);
  reasons.held_bytes = median(all_of(figures, &MemoryFigures::peak_bytes)) - reasons.program_bytes -
                       reasons.live_bytes - reasons.own_base_bytes;
  if (runs.memory_fast.empty()) return reasons;
  const double mean = median(all_of(figures, &MemoryFigures::mean_bytes));
  const double fast = median(all_of(figures_of(scene, runs.memory_fast, shift), &MemoryFigures::mean_bytes));
  reasons.purge_mean_bytes = fast - mean;
  reasons.purge_matters = std::abs(reasons.purge_mean_bytes) > kPurgeMatters * mean;
  return reasons;
}

Estimate spanning(std::vector<double> values) {
  const auto [low, high] = std::ranges::minmax(values);
  return {.value = median(values), .low = low, .high = high};
}

}  // namespace

MemoryPrediction predict_memory(const Scene& scene, const AllocatorRuns& runs, std::span<const MemoryRun> recorded) {
  const ProgramRecord& program = *scene.program;
  // Threads that sleep keep the program's pace whatever the allocator takes.
  const std::vector<double> shift =
      scene.one_thread ? allocator_shift(runs.memory, recorded, scene.checkpoints) : std::vector<double>{};
  const std::vector<MemoryFigures> own = figures_of(scene, runs.memory, shift);
  const std::vector<MemoryFigures> base = figures_of(scene, recorded, {});
  const Measured peak = measured_of(own, base, &MemoryFigures::peak_bytes, real_peak(program, base),
                                    program.references.peak_spread_bytes());
  const Measured mean = measured_of(own, base, &MemoryFigures::mean_bytes, real_mean(program, base),
                                    program.references.mean_spread_bytes());
  return {.peak = widened(peak, peak.absolute, scene.one_thread),
          .mean = widened(mean, mean.calibrated, scene.one_thread),
          .peak_calibrated = peak.calibrated,
          .mean_calibrated = mean.calibrated,
          .reasons = reasons_of(scene, runs, own, shift)};
}

Bounds memory_bounds(const Scene& scene, const AllocatorRuns& runs) {
  std::vector<MemoryFigures> figures = figures_of(scene, runs.memory, {});
  const std::vector<MemoryFigures> free = figures_of(scene, runs.memory_free, {});
  figures.insert(figures.end(), free.begin(), free.end());
  if (figures.empty()) return {};
  return {.peak = spanning(all_of(figures, &MemoryFigures::peak_bytes)),
          .mean = spanning(all_of(figures, &MemoryFigures::mean_bytes))};
}

}  // namespace heapreel::predict
