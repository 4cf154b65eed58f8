// The fidelity gates: each a claim about the replay that is held against the record, with its figure.
//
// A gate passes, fails, warns, or was skipped with a reason; never is it green without having been looked at. Gate 4,
// the self-check, is replayer/predict's.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "replayer/lab/live_curve.h"
#include "replayer/lab/rerecord.h"
#include "replayer/lab/results.h"
#include "replayer/lab/run.h"

namespace heapreel::lab {

inline constexpr double kLiveErrorMax = 0.001;          // of the record's peak and mean
inline constexpr uint64_t kNullGrowthBytesMax = 16384;  // a thread
inline constexpr double kRateErrorMax = 0.02;           // of the recorded duration
inline constexpr double kRateSlackS = 0.01;             // what threads take to start and end
inline constexpr double kLateShareMax = 0.01;           // of the stretches, by more than 1 ms
inline constexpr double kLostShareMax = 0.001;          // of the reel's events

Gate skipped(int number, const std::string& why);

// 1: what was called is what the plan says. Of a verify run; the empty string if it holds, else the first difference.
std::string conservation_fault(const BoardMemory& board, const PlanRef& plan);
Gate conservation_gate(const std::vector<std::pair<std::string, std::string>>& faults_by_allocator, uint64_t calls);

// 2.
Gate rerecord_gate(const RerecordReport& report);

// 3: the worst of all runs that were looked at.
Gate live_gate(std::span<const LiveCurves> runs);

// 5.
struct HarnessFigures {
  uint64_t allocations = 0;        // of all runs together
  uint64_t null_growth_bytes = 0;  // of resident anonymous memory in a memory run with null
  uint64_t threads = 1;            // that lived at once
  double null_ns_per_op = 0;
};
Gate harness_gate(const HarnessFigures& harness);

// 6: recorded times were kept, at `speed`.
struct PaceFigures {
  double due_s = 0;
  double took_s = 0;
  double lag_max_ms = 0;
  double lag_mean_ms = 0;
  double late_share = 0;
};
PaceFigures pace_figures(const BoardMemory& board, const PlanRef& plan, double speed);
Gate pace_gate(const PaceFigures& pace);

// 0: the record itself has gaps.
Gate losses_gate(uint64_t lost_events, uint64_t events);

}  // namespace heapreel::lab
