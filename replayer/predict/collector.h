// Gathers what the models need while an experiment's runs go by, by allocator: for ExperimentHooks::on_run of
// replay's experiment, and for predict's own.
//
// A board's own orders say what it counts as; runs that were cut short (stop_at_seq) count as nothing. Boards need not
// outlive the call.
#pragma once

#include <map>
#include <string>

#include "replayer/lab/run.h"
#include "replayer/predict/memory_figures.h"

namespace heapreel::predict {

class Collector {
 public:
  explicit Collector(const lab::PlanRef& plan) : plan_(plan) {}

  void add(measure::Pass pass, const lab::AllocatorChoice& allocator, const lab::RunOutcome& outcome);
  // What is known of an allocator is not to be used: a run of it failed.
  void drop(const std::string& name) { runs_.erase(name); }

  // No runs: an empty one.
  const AllocatorRuns& of(const std::string& name) const;
  // Whether the null allocator ran its memory pass: without it there is no scene.
  bool harness_known() const { return harness_known_; }
  // `program` is borrowed.
  Scene scene(const ProgramRecord& program) const;

 private:
  lab::PlanRef plan_;
  std::map<std::string, AllocatorRuns> runs_;
  uint64_t harness_bytes_ = 0;
  bool harness_known_ = false;
};

}  // namespace heapreel::predict
