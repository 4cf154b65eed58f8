// The program's memory under one replay: at each checkpoint the replay's resident memory, less the harness's, plus what
// the program itself has there.
//
// Peak is the peak of the sums, mean is over program time from the program's start to its end. Before the first op the
// program has its own memory alone; behind the last, what the replay ended with.
#pragma once

#include <span>

#include "replayer/predict/time_axis.h"

namespace heapreel::predict {

// What all replays of one reel have in common.
struct Scene {
  const ProgramRecord* program = nullptr;
  uint64_t ops = 0;  // of the plan, as its checkpoints count them
  bool one_thread = true;
  size_t checkpoints = 0;
  // Resident memory that is the runner's own: rss_base_bytes of a run with the null allocator.
  uint64_t harness_bytes = 0;
};

struct MemoryFigures {
  double peak_bytes = 0;
  double mean_bytes = 0;
  double recorded_mean_bytes = 0;  // of the recorded run itself, on the same axis
  double recorded_peak_bytes = 0;
  double curve_error = 0;  // mean distance from the recorded run over the axis, part of its peak
  // At the peak.
  double base_at_peak_bytes = 0;
  double live_at_peak_bytes = 0;
};

// `shift` as of allocator_shift(); empty: none.
MemoryFigures memory_figures(const Scene& scene, const MemoryRun& run, std::span<const double> shift = {});

}  // namespace heapreel::predict
