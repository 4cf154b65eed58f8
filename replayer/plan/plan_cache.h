// Plans of reels, kept between runs: $XDG_CACHE_HOME/heapreel/plans, else ~/.cache/heapreel/plans.
//
// A plan's name is made of all that shapes it: the reel's content, its clock and times, its notes of resident pages,
// the layout's version, strict or not. Plans appear whole or not at all, so that several processes can plan the same
// reel; whoever uses one holds a shared lock on it, and the least recently used that nobody holds goes first when they
// exceed their limit. Where no plan can be kept, it goes to an unlinked file in TMPDIR, and `warning` says why.
#pragma once

#include <string>

#include "replayer/plan/plan_file.h"
#include "replayer/plan/planner.h"

namespace heapreel::plan {

struct CachedPlan {
  PlanFile plan;
  PlanReport report;
  bool was_cached = false;  // it was there already
  std::string warning{};    // why it could not be kept; empty if it was, or if that was not wanted
};

base::Result<CachedPlan> cached_plan(const std::string& reel_path, const PlanOptions& options);

}  // namespace heapreel::plan
