// The passes of an experiment: what each runs, and what it notes in the rows.
#pragma once

#include <memory>

#include "replayer/lab/experiment.h"
#include "replayer/lab/gates.h"
#include "replayer/lab/rows.h"

namespace heapreel::lab {

class Passes {
 public:
  Passes(const Experiment& experiment, const PlanMap& map, Rows& rows, Results& results)
      : experiment_(experiment), options_(experiment.options), map_(map), rows_(rows), results_(results) {}

  // Bounds a quick experiment to what fits.
  base::Status probe();
  base::Status verify();
  base::Status throughput();
  base::Status latency();
  base::Status memory();
  base::Result<Gate> rerecord();

  bool bounded() const { return stop_at_seq_ != 0; }
  bool is_too_long() const { return is_too_long_; }
  uint64_t stop_at_seq() const { return stop_at_seq_; }
  double seconds_so_far() const;
  const HarnessFigures& harness() const { return harness_; }
  const std::vector<LiveCurves>& curves() const { return curves_; }
  const std::optional<PaceFigures>& pace() const { return pace_; }
  uint64_t calls() const { return calls_; }

 private:
  RunRequest request_for(const Row& row, measure::Pass pass);
  // Runs it once. Nothing if the row failed in it; then the row says so.
  base::Result<std::unique_ptr<RunOutcome>> run(Row& row, measure::Pass pass);
  void note_counted(Row& row, const RunOutcome& outcome);
  base::Status time_round(uint64_t round);
  void note_time(Row& row, const RunOutcome& outcome, uint64_t round);
  bool rounds_suffice(uint64_t rounds, double began_s);
  void tell(measure::Pass pass, uint64_t done, uint64_t of);
  bool takes_part(const Row& row, measure::Pass pass, uint64_t round) const;

  const Experiment& experiment_;
  const ExperimentOptions& options_;
  const PlanMap& map_;
  Rows& rows_;
  Results& results_;
  uint64_t stop_at_seq_ = 0;
  bool is_too_long_ = false;  // for a quick answer
  uint64_t calls_ = 0;        // that each run makes
  uint64_t runs_ = 0;
  HarnessFigures harness_;
  std::vector<LiveCurves> curves_;
  std::optional<PaceFigures> pace_;
  uint32_t round_ = 0;
};

}  // namespace heapreel::lab
