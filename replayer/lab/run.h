// One run: a fresh runner process under one allocator performs one plan once, watched from outside.
//
// run_once() fails only for what is the lab's own doing (no memory, no runner, no descriptor). All that an allocator
// can do wrong, up to crashing and hanging, is an outcome with words. Deliberately absent: what runs mean together;
// that is the experiment's (experiment.h).
#pragma once

#include <string>
#include <vector>

#include "replayer/lab/board.h"

namespace heapreel::lab {

enum class Link : uint8_t { kLinked, kPreloaded, kBuiltIn };

// An allocator to replay against, with the settings it shall run under.
struct AllocatorChoice {
  std::string name{};
  std::string runner{};                 // the path of the executable
  std::string preload{};                // goes into LD_PRELOAD; empty if it is linked or built in
  std::string library{};                // real path that every entry point must resolve to; empty: libc's
  std::string builtin{};                // "null", "bump", "pool"; empty otherwise
  std::vector<std::string> settings{};  // NAME=VALUE, for the runner's environment

  Link link() const { return !builtin.empty() ? Link::kBuiltIn : !preload.empty() ? Link::kPreloaded : Link::kLinked; }
};

struct RunRequest {
  PlanRef plan{};
  const AllocatorChoice* allocator = nullptr;  // borrowed
  measure::RunOrders orders{};                 // builtin, library and ticks_per_second are filled in by run_once
  double watchdog_s = 20;                      // without any progress for so long, the runner is ended
  double time_limit_s = 0;                     // if not 0, it is ended after so long whatever it does
  bool sample_rss = false;                     // each millisecond, from outside
  std::vector<std::string> wrapper{};          // words put before the runner's own: `heapreel record ... --`
  std::vector<int> cpus{};                     // processors it may use; empty: as the lab
  uint64_t environment_pad_bytes = 0;          // moves the stack; chosen anew for each run by the experiment
};

struct RssSample {
  uint64_t ticks = 0;  // the clock that the board's readings are of
  uint64_t rss_anon_bytes = 0;
};

struct RunOutcome {
  BoardMemory board;
  int exit_status = 0;  // if it was not ended by a signal
  int signal = 0;       // that ended it; 0 if none
  bool hung = false;    // ended by the watchdog
  bool timed_out = false;
  std::string failure{};  // what went wrong, in one sentence; empty if the run is good
  std::string detail{};   // further lines: where each thread stood, what the runner printed
  std::vector<RssSample> rss{};
  uint64_t wall_ns = 0;  // from start to end of the process
  uint64_t sampler_cpu_ns = 0;

  bool good() const { return failure.empty(); }
};

base::Result<RunOutcome> run_once(const RunRequest& request);

// The frequency of the clock that rdtsc reads, measured once per process (some 20 ms).
uint64_t ticks_per_second();
uint64_t now_ticks();

}  // namespace heapreel::lab
