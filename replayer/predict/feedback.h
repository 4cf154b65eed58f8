// Loads whose stream depends on the allocator's speed: an unbounded queue grows as long as its consumer is slower than
// its producer. One recording cannot tell what they would do under another allocator, so they are refused.
//
// Signs: a second recording of the same command with other live bytes or another number of ops, and reference runs
// that do not agree with each other. Absent: proof of the opposite; a load may depend on speed and show neither here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "replayer/plan/plan_format.h"
#include "replayer/predict/program_record.h"

namespace heapreel::predict {

inline constexpr double kAgainMax = 0.05;
inline constexpr double kReferenceSpreadMax = 0.10;

// What two recordings of one command should have in common.
struct LoadFigures {
  double ops = 0;
  double live_peak_bytes = 0;
  double live_mean_bytes = 0;  // over ops: over time, a busy machine would change it
};
LoadFigures load_figures(const plan::PlanHeader& plan, std::span<const plan::Checkpoint> checkpoints);

// Each a sentence without its full stop; none: no sign was seen.
std::vector<std::string> feedback_signs(const ReferenceFigures& references, const LoadFigures& first,
                                        const std::optional<LoadFigures>& again);

}  // namespace heapreel::predict
