// A replay of a plan without allocator or threads: a scheduler that picks, at random, which thread does its next op,
// under the rules of plan_format.h alone. What each op finds in its slot is told, so that a test can compare it with
// the record.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "replayer/plan/plan_file.h"

namespace heapreel::plan::tests {

enum class Ordering { kWindow, kNone, kStrict };

struct Schedule {
  Ordering ordering = Ordering::kWindow;
  uint64_t window_ops = 4096;
  uint64_t window_ns = 2'000'000;
  uint64_t seed = 1;
  uint64_t burst_max = 1;  // how many ops in a row a thread does at most, as far as it can
};

// A plan in memory, so that a test can break it.
struct PlainPlan {
  struct Piece {
    Stretch head;
    std::vector<Op> ops;
  };
  std::vector<std::vector<Piece>> threads;
  uint64_t slots = 0;

  static PlainPlan of(const PlanFile& plan);
};

// What happens to an object, op by op. A birth gets a token; the ops after it must find it.
struct SimulatedOp {
  uint32_t thread;
  uint64_t index;  // in the thread, touches and spawns included
  const Op* op;
  uint64_t found;  // the token of the object in the slot; 0 at a birth, and where none was
  uint64_t count;  // how many ops the object had before
};

// Runs the whole plan. Returns what went wrong: a wrong slot, or threads that wait for each other for ever; empty if
// nothing did.
std::string simulate(const PlainPlan& plan, const Schedule& schedule,
                     const std::function<std::string(const SimulatedOp&)>& see);

bool is_birth(Kind kind);
bool is_death(Kind kind);

}  // namespace heapreel::plan::tests
