// The progress log of a run with what the plan says of each stretch: what really happened, in the order of the clock.
#pragma once

#include <algorithm>
#include <vector>

#include "replayer/lab/run.h"
#include "replayer/plan/plan_file.h"

namespace heapreel::engine_test {

struct LogEntry {
  uint64_t ticks = 0;
  uint64_t seq = 0;
  uint32_t thread = 0;
  bool last = false;  // of its thread
};

inline std::vector<LogEntry> entries_by_clock(const plan::PlanFile& plan, const lab::RunOutcome& outcome) {
  std::vector<LogEntry> entries;
  size_t next = 0;
  for (uint32_t thread = 0; thread < plan.header().threads; ++thread) {
    const plan::ThreadPlan& planned = plan.threads()[thread];
    uint64_t number = 0;
    plan.for_each_stretch(planned, [&](const plan::Stretch& stretch, std::span<const plan::Op>) {
      entries.push_back({outcome.board.log()[next++], stretch.seq, thread, ++number == planned.stretches});
    });
  }
  std::sort(entries.begin(), entries.end(), [](const LogEntry& a, const LogEntry& b) { return a.ticks < b.ticks; });
  return entries;
}

}  // namespace heapreel::engine_test
