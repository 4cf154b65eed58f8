// Gate 2: a recording of the replay, thread by thread against the plan: the same calls, with the same kind, size,
// alignment and object, in the same order.
//
// Objects have canonical names: the thread of their birth and the how-manieth birth of that thread they are. One pass
// in replay order; memory for the live objects and a name per slot.
#pragma once

#include <string>

#include "replayer/lab/plan_walk.h"

namespace heapreel::lab {

// The names of the marks that the runner sets in Pass::kRecord, before the thread's number in the plan.
inline constexpr std::string_view kBeginMark = "heapreel replay thread ";
inline constexpr std::string_view kEndMark = "heapreel replay end ";

struct RerecordReport {
  uint64_t calls = 0;        // that are the same
  uint64_t threads = 0;      // whose marks were found
  std::string divergence{};  // the first difference; empty if there is none
};

// `stop_at_seq` as of RunOrders.
base::Result<RerecordReport> compare_with_plan(const std::string& reel_path, const PlanMap& map, uint64_t stop_at_seq);

}  // namespace heapreel::lab
