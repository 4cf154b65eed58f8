// What a stretch may span, what its head says, and where checkpoints are.
#include <gtest/gtest.h>

#include "tests/replayer/plan/reference_plan.h"
#include "tests/trace_format/true_history.h"
#include "trace_format/base/ticks.h"

namespace heapreel::plan {
namespace {

using namespace heapreel::tests;  // NOLINT: the words of these tests
using namespace plan::tests;      // NOLINT

std::vector<Event> busy_story() {
  std::vector<Event> events = HistoryMaker(2, {.threads = 6, .events = 30'000}).make().capture;
  for (Event& event : events) event.time *= 20;
  return events;
}

WantedPlan wanted_of(const std::string& reel) { return wanted_plan(read_events(reel)); }

int64_t change_of(const WantedOp& op, std::map<uint64_t, uint64_t>& sizes) {
  const auto before = static_cast<int64_t>(sizes[op.life]);
  if (op.kind == Kind::kUsableSize || op.kind == Kind::kSpawn) return 0;
  const bool dies = op.kind >= Kind::kFree || op.kind == Kind::kReallocToNothing;
  sizes[op.life] = dies ? 0 : op.size;
  return static_cast<int64_t>(sizes[op.life]) - before;
}

// By how much each op changes the live bytes, by seq.
std::vector<int64_t> changes_of(const WantedPlan& wanted) {
  std::vector<size_t> next(wanted.ops.size());
  std::map<uint64_t, uint64_t> sizes;
  std::vector<int64_t> changes;
  for (const uint64_t thread : wanted.order) changes.push_back(change_of(wanted.ops[thread][next[thread]++], sizes));
  return changes;
}

void expect_stretches(const std::string& reel, const PlanFile& plan) {
  const WantedPlan wanted = wanted_of(reel);
  const std::vector<int64_t> changes = changes_of(wanted);
  constexpr uint64_t kTicks = 1'000'000'000;
  for (size_t thread = 0; thread < plan.threads().size(); ++thread) {
    size_t at = 0;
    plan.for_each_stretch(plan.threads()[thread], [&](const Stretch& head, std::span<const Op> ops) {
      const WantedOp& first = wanted.ops[thread][at];
      const WantedOp& last = wanted.ops[thread][at + ops.size() - 1];
      EXPECT_LE(ops.size(), kStretchOps);
      EXPECT_LT(last.seq - first.seq, kStretchSpanOps);
      EXPECT_LT(base::ticks_to_ns(last.ticks - first.ticks, kTicks), kStretchSpanNs);
      EXPECT_EQ(head.time_ns, base::ticks_to_ns(first.ticks - wanted.first_ticks, kTicks));
      int64_t level = 0;
      int64_t rise = 0;
      for (size_t i = 0; i < ops.size(); ++i) {
        level += changes[wanted.ops[thread][at + i].seq];
        rise = std::max(rise, level);
      }
      EXPECT_EQ(head.net_bytes, level);
      EXPECT_EQ(static_cast<int64_t>(head.rise_bytes), rise);
      at += ops.size();
    });
    EXPECT_EQ(plan.threads()[thread].last_time_ns,
              at == 0 ? plan.threads()[thread].first_time_ns
                      : base::ticks_to_ns(wanted.ops[thread][at - 1].ticks - wanted.first_ticks, kTicks));
  }
}

TEST(Stretches, SpanWhatTheyMay) {
  const TemporaryFolder folder;
  write_capture(folder.file("a.reel"), busy_story());
  for (const bool strict : {false, true})
    expect_stretches(folder.file("a.reel"), plan_of(folder.file("a.reel"), folder.file("a.plan"), strict));
}

// A thread that does little while another does much reaches the limit in places, long before those in ops and time.
TEST(Stretches, OfSlowThreadsSpanFewPlaces) {
  const TemporaryFolder folder;
  std::vector<Event> events;
  for (uint64_t i = 0; i < 20'000; ++i) events.push_back(malloc_of(i, i % 100 == 0 ? 1 : 0, 1, 0x1000 + 16 * i));
  write_capture(folder.file("a.reel"), events);
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  expect_stretches(folder.file("a.reel"), plan);
  EXPECT_GT(plan.threads()[1].stretches, 15U);
}

// A lone thread without pauses fills its stretches to the brim: limits that are too low would be seen.
TEST(Stretches, AreFull) {
  const TemporaryFolder folder;
  std::vector<Event> events;
  for (uint64_t i = 0; i < 6400; ++i) events.push_back(malloc_of(i, 0, 1, 0x1000 + 16 * i));
  write_capture(folder.file("a.reel"), events);
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  EXPECT_GE(plan.header().stretches, 100U);
  EXPECT_LE(plan.header().stretches, 135U);
}

TEST(Stretches, OfAStrictPlanNameWhoIsNext) {
  const TemporaryFolder folder;
  write_capture(folder.file("a.reel"), busy_story());
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"), true);
  const WantedPlan wanted = wanted_of(folder.file("a.reel"));
  for (size_t thread = 0; thread < plan.threads().size(); ++thread) {
    plan.for_each_stretch(plan.threads()[thread], [&](const Stretch& head, std::span<const Op> ops) {
      const uint64_t next = head.seq + ops.size();
      for (uint64_t seq = head.seq; seq < next; ++seq) ASSERT_EQ(wanted.order[seq], thread);
      ASSERT_EQ(head.next_thread, next < wanted.order.size() ? wanted.order[next] : thread);
    });
  }
}

TEST(Checkpoints, AreWhereTheySayAndNearThePeak) {
  const TemporaryFolder folder;
  write_capture(folder.file("a.reel"), busy_story());
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  const std::vector<int64_t> changes = changes_of(wanted_of(folder.file("a.reel")));
  std::map<uint64_t, uint32_t> stretch_at;
  for (const ThreadPlan& thread : plan.threads())
    plan.for_each_stretch(thread, [&](const Stretch& head, std::span<const Op>) {
      if (head.checkpoint != 0) stretch_at[head.seq] = head.checkpoint;
    });
  uint64_t highest = 0;
  uint32_t number = 0;
  for (const Checkpoint& point : plan.checkpoints()) {
    EXPECT_EQ(stretch_at[point.seq], ++number);
    int64_t live = 0;
    for (uint64_t seq = 0; seq < point.seq; ++seq) live += changes[seq];
    EXPECT_EQ(point.live_bytes, static_cast<uint64_t>(live));
    highest = std::max(highest, point.live_bytes);
  }
  EXPECT_EQ(stretch_at.size(), plan.checkpoints().size());
  EXPECT_GT(plan.checkpoints().size(), 100U);
  EXPECT_GE(highest * 102, plan.header().live_peak_bytes * 100);
}

TEST(Checkpoints, AreBoundedInNumberForLongReels) {
  const TemporaryFolder folder;
  std::vector<Event> events;
  for (uint64_t i = 0; i < 400'000; ++i)
    events.push_back(i % 2 == 0 ? malloc_of(i * 1'000'000, 0, 100 * i, 0x1000) : free_of(i * 1'000'000, 0, 0x1000));
  write_capture(folder.file("a.reel"), events);
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  EXPECT_GT(plan.checkpoints().size(), 3000U);
  EXPECT_LT(plan.checkpoints().size(), 8200U);
}

}  // namespace
}  // namespace heapreel::plan
