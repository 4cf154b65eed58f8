// Candidates measured by replays: for each round, each candidate's throughput run and memory run, in an order of the
// round's own; and settings proven by a run of the tiniest plan.
//
// What the search measures by (search.h). All of a round is finished before time is looked at, so that every candidate
// has the same rounds.
#pragma once

#include "replayer/lab/experiment.h"
#include "tools/tune/search.h"

namespace heapreel::tune {

enum class MemoryFigure : uint8_t { kPeak, kMean };
const char* metric_of(MemoryFigure figure);  // by the name of results.json

struct RunsOptions {
  lab::PlanRef plan{};
  std::vector<lab::AllocatorChoice> allocators{};  // without settings of the search
  lab::ExperimentOptions replay{};                 // order, touch, cpus, seed, watchdog
  MemoryFigure memory = MemoryFigure::kPeak;
  uint64_t ends_at_ticks = 0;  // no round begins after it; 0: never
  std::function<void(uint64_t done, uint64_t of)> on_progress{};
};

class Runs {
 public:
  explicit Runs(RunsOptions options) : options_(std::move(options)) {}

  Bench bench();
  const lab::AllocatorChoice& allocator_of(const Candidate& candidate) const;
  void end_at(uint64_t ticks) { options_.ends_at_ticks = ticks; }

 private:
  base::Result<std::string> prove(const Candidate& candidate) const;
  base::Result<std::vector<Samples>> measure(const std::vector<Candidate>& candidates, uint64_t rounds);
  base::Status run(const lab::AllocatorChoice& allocator, measure::Pass pass, Samples& samples);

  RunsOptions options_;
  uint64_t round_ = 0;
  uint64_t runs_ = 0;
};

}  // namespace heapreel::tune
