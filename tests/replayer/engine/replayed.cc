// The making of plans and runs of replayed.h.
#include "tests/replayer/engine/replayed.h"

#include <cstring>
#include <gtest/gtest.h>

#include "replayer/plan/planner.h"
#include "tests/bench/replay_streams.h"
#include "tests/trace_format/temporary.h"
#include "trace_format/base/worker_pool.h"

namespace heapreel::engine_test {
namespace {

constexpr uint64_t kStepNs = 100;
constexpr uint64_t kRoomBytes = uint64_t{1} << 24;

bool is_builtin(const std::string& name) { return name == "null" || name == "bump" || name == "pool"; }

}  // namespace

reel::Event& Story::tell(reel::Op op, uint32_t thread) {
  events_.emplace_back();
  events_.back().op = op;
  events_.back().thread = thread;
  events_.back().time = now_ += kStepNs;
  return events_.back();
}

uint64_t Story::birth(uint32_t thread, uint64_t size, reel::Op op, uint8_t align_log2) {
  reel::Event& event = tell(op, thread);
  event.size = size;
  event.align_log2 = align_log2;
  return event.object = fresh_ += kRoomBytes;
}

void Story::death(uint32_t thread, uint64_t block, reel::Op op, uint64_t size, uint8_t align_log2) {
  reel::Event& event = tell(op, thread);
  event.object = block;
  event.size = size;
  event.align_log2 = align_log2;
}

uint64_t Story::resize(uint32_t thread, uint64_t block, uint64_t size, reel::Op op) {
  reel::Event& event = tell(op, thread);
  event.size = size;
  event.old_object = block;
  event.flags = block == 0 ? reel::kNullOld : reel::kMoved;
  return event.object = fresh_ += kRoomBytes;
}

void Story::look(uint32_t thread, uint64_t block) { tell(reel::Op::kUsableSize, thread).object = block; }

void Story::start_thread(uint32_t thread, uint32_t creator) {
  tell(reel::Op::kThreadStart, thread).size = uint64_t{creator} + 1;
}

void Story::end_thread(uint32_t thread) { tell(reel::Op::kThreadEnd, thread); }

plan::PlanFile plan_of(const std::vector<reel::Event>& events, bool strict) {
  const tests::TemporaryFolder folder;
  const std::string reel_path = folder.file("made.reel");
  const std::string plan_path = folder.file("made.plan");
  EXPECT_TRUE(bench::write_stream(events, reel_path).has_value());
  auto file = reel::ReelFile::open(reel_path);
  auto metadata = reel::read_metadata(*file);
  base::WorkerPool pool(0);
  const auto made = plan::make_plan(*file, *metadata, pool, {.strict = strict}, plan_path);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().why);
  auto plan = plan::PlanFile::open(plan_path);
  EXPECT_TRUE(plan.has_value());
  return std::move(*plan);
}

lab::AllocatorChoice allocator_of(const std::string& name) {
  const std::string linked = is_builtin(name) ? "glibc" : name;
  lab::AllocatorChoice choice{.name = name, .runner = HEAPREEL_RUNNERS "/runner-" + linked};
  if (is_builtin(name)) choice.builtin = name;
  if (name == "jemalloc") choice.library = HEAPREEL_LIBRARY_JEMALLOC;
  if (name == "tcmalloc") choice.library = HEAPREEL_LIBRARY_TCMALLOC;
  if (name == "mimalloc") choice.library = HEAPREEL_LIBRARY_MIMALLOC;
  return choice;
}

lab::RunOutcome run(const plan::PlanFile& plan, const std::string& allocator, const measure::RunOrders& orders) {
  const lab::AllocatorChoice choice = allocator_of(allocator);
  auto outcome = lab::run_once({.plan = lab::plan_ref(plan), .allocator = &choice, .orders = orders});
  EXPECT_TRUE(outcome.has_value()) << (outcome ? "" : outcome.error().why);
  return std::move(*outcome);
}

uint64_t ops_done(const lab::RunOutcome& outcome) {
  uint64_t done = 0;
  for (const measure::ThreadBoard& thread : outcome.board.threads()) done += thread.ops_done;
  return done;
}

}  // namespace heapreel::engine_test
