// The runs that a prediction needs, and the prediction from them: memory passes in virtual time, then, if the
// self-check holds, the same in real time and throughput passes; if it does not, memory passes without a window, for
// bounds.
//
// Every run is a process of its own; each round has its own order. An allocator whose run fails has no prediction, and
// a sentence that says why. Errors are the lab's own trouble alone.
#pragma once

#include <functional>

#include "replayer/lab/run.h"
#include "replayer/predict/feedback.h"
#include "replayer/predict/predict.h"

namespace heapreel::predict {

inline constexpr uint64_t kRounds = 5;
inline constexpr uint64_t kRoundsQuick = 2;

struct ExperimentOptions {
  uint64_t rounds = kRounds;
  uint64_t seed = 0;
  measure::Order order = measure::Order::kWindow;
  measure::Touch touch = measure::Touch::kRecorded;
  double watchdog_s = 20;
  double time_limit_s = 0;  // if not 0, no round but the first of a pass begins after so long
  std::vector<int> cpus{};
  // Between runs: how many were made, and how many there will be.
  std::function<void(uint64_t, uint64_t)> on_progress{};
};

struct Experiment {
  lab::PlanRef plan{};
  const ProgramRecord* program = nullptr;
  std::vector<lab::AllocatorChoice> allocators{};  // the recorded one among them, if it can be had
  lab::AllocatorChoice null{};
  std::optional<LoadFigures> again{};  // of a second recording of the same command
  uint64_t events_lost = 0;
  ExperimentOptions options{};
};

base::Result<Prediction> run_experiment(const Experiment& experiment);

}  // namespace heapreel::predict
