// Replays of made-up programs, for tests: events in, a runner's board out.
#pragma once

#include <string>
#include <vector>

#include "replayer/lab/run.h"
#include "replayer/plan/plan_file.h"
#include "trace_format/event/event.h"

namespace heapreel::engine_test {

// Tells a story of blocks; addresses are its own affair.
class Story {
 public:
  uint64_t birth(uint32_t thread, uint64_t size, reel::Op op = reel::Op::kMalloc, uint8_t align_log2 = 0);
  void death(uint32_t thread, uint64_t block, reel::Op op = reel::Op::kFree, uint64_t size = 0, uint8_t align_log2 = 0);
  uint64_t resize(uint32_t thread, uint64_t block, uint64_t size, reel::Op op = reel::Op::kRealloc);
  void look(uint32_t thread, uint64_t block);
  void start_thread(uint32_t thread, uint32_t creator);
  void end_thread(uint32_t thread);
  void pass(uint64_t ns) { now_ += ns; }
  const std::vector<reel::Event>& events() const { return events_; }

 private:
  reel::Event& tell(reel::Op op, uint32_t thread);

  uint64_t now_ = 0;
  uint64_t fresh_ = uint64_t{1} << 32;
  std::vector<reel::Event> events_;
};

// A plan of events, in a file that is gone with it.
plan::PlanFile plan_of(const std::vector<reel::Event>& events, bool strict = false);

// The runner of an allocator: "glibc", ...; or a built-in one: "null", "bump", "pool".
lab::AllocatorChoice allocator_of(const std::string& name);

// A run that must not fail for reasons of the lab.
lab::RunOutcome run(const plan::PlanFile& plan, const std::string& allocator, const measure::RunOrders& orders);

uint64_t ops_done(const lab::RunOutcome& outcome);

}  // namespace heapreel::engine_test
