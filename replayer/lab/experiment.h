// The whole experiment on one plan: every allocator verified, then timed, then its latency and memory measured, each
// run in a process of its own, in shuffled rounds; what came of it, as Results.
//
// An allocator that crashes, hangs or returns bad memory loses its row and nobody else theirs. Only what is the lab's
// own trouble is an Error. Deliberately absent: reels and planning; the caller has a plan and says what it is of.
#pragma once

#include <functional>
#include <optional>

#include "replayer/lab/results.h"
#include "replayer/lab/run.h"

namespace heapreel::lab {

inline constexpr uint64_t kRoundsMin = 10;
inline constexpr uint64_t kRoundsMax = 40;
inline constexpr double kHalfWidthWanted = 0.01;
inline constexpr uint64_t kLatencyRounds = 3;
inline constexpr uint64_t kMemoryRounds = 5;
inline constexpr uint64_t kRerecordedCallsMax = 20'000'000;
inline constexpr double kQuickSeconds = 9;

struct ExperimentOptions {
  measure::Order order = measure::Order::kWindow;
  measure::Touch touch = measure::Touch::kRecorded;
  std::optional<measure::Pace> pace{};  // empty: fast, and virtual in the memory pass
  double speed = 1;                     // of Pace::kTimes
  uint64_t rounds = 0;                  // 0: as many as the intervals need, 10 to 40
  bool quick = false;                   // all of it within some ten seconds from `began_ticks`
  uint64_t seed = 0;
  double time_limit_s = 0;  // for rounds of the throughput pass; 0: a minute for each 10 M ops, and at least one
  double watchdog_s = 20;
  std::vector<int> cpus{};   // processors for the runners; empty: all
  std::string own_binary{};  // `heapreel`, which records in gate 2; empty: the gate is skipped
  uint64_t began_ticks = 0;
};

struct ExperimentHooks {
  // Between runs: what comes next, and how much of it is done.
  std::function<void(const std::string& pass, uint64_t done, uint64_t of)> on_progress{};
  // After each run that went well, of candidates and of `null`; the board may be read until it returns.
  std::function<void(measure::Pass, const AllocatorChoice&, const RunOutcome&)> on_run{};
};

struct Experiment {
  PlanRef plan{};
  ReelFacts reel{};
  std::vector<AllocatorChoice> allocators{};
  ExperimentOptions options{};
  ExperimentHooks hooks{};
};

base::Result<Results> run_experiment(const Experiment& experiment);

const char* name_of(measure::Order order);
const char* name_of(measure::Pace pace);
const char* name_of(measure::Touch touch);
const char* name_of(measure::Pass pass);

}  // namespace heapreel::lab
