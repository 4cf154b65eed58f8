// What a plan must say, found out the simple way: maps, no slots, no stretches. Written from plan_format.h alone.
#pragma once

#include <map>
#include <vector>

#include "replayer/plan/plan_file.h"
#include "tests/trace_format/reels.h"

namespace heapreel::plan::tests {

// An op of a thread. `life` is the number an object was born with and keeps through reallocs; 0 for spawns, whose
// `size` is the serial of the thread they start.
struct WantedOp {
  Kind kind{};
  uint64_t size = 0;
  uint64_t align_log2 = 0;
  uint64_t life = 0;
  uint64_t seq = 0;
  uint64_t ticks = 0;
};

struct WantedPlan {
  std::vector<uint32_t> serials;           // by index
  std::vector<std::vector<WantedOp>> ops;  // by index
  std::vector<uint64_t> order;             // the thread of each op, by seq
  Policies policies;                       // without what the stream alone knows
  uint64_t live_peak_bytes = 0;
  uint64_t live_end_bytes = 0;
  uint64_t live_end_objects = 0;
  uint64_t cross_thread_frees = 0;
  uint64_t cross_thread_reallocs = 0;
  uint64_t bytes_requested = 0;
  uint64_t first_ticks = 0;
  uint64_t last_ticks = 0;
};

// From the events as the stream tells them.
WantedPlan wanted_plan(const heapreel::tests::Reading& reading);

// The ops of a plan's threads without touches, and the stretches they are in.
struct PlannedOp {
  Op op;
  const Stretch* stretch;
  bool first;  // of its stretch
};
std::vector<std::vector<PlannedOp>> planned_ops(const PlanFile& plan);

// Plans a reel into a folder.
PlanFile plan_of(const std::string& reel, const std::string& output, bool strict = false, unsigned threads = 1);

}  // namespace heapreel::plan::tests
