// Each thread's ops are its events, minus and plus what the policies say; every sum in the header is theirs.
#include <filesystem>
#include <gtest/gtest.h>

#include "tests/replayer/plan/reference_plan.h"
#include "tests/trace_format/random_events.h"
#include "tests/trace_format/true_history.h"
#include "trace_format/summary/summary.h"

namespace heapreel::plan {
namespace {

using namespace heapreel::tests;  // NOLINT: the words of these tests
using namespace plan::tests;      // NOLINT

// Where a plan differs from what is wanted; empty if nowhere.
std::string difference(const PlanFile& plan, const WantedPlan& wanted) {
  const auto planned = planned_ops(plan);
  if (planned.size() != wanted.ops.size()) return "another number of threads";
  for (size_t thread = 0; thread < planned.size(); ++thread) {
    if (plan.threads()[thread].serial != wanted.serials[thread]) return "another serial";
    if (planned[thread].size() != wanted.ops[thread].size()) return "another number of ops";
    for (size_t i = 0; i < planned[thread].size(); ++i) {
      const PlannedOp& is = planned[thread][i];
      const WantedOp& should = wanted.ops[thread][i];
      const bool spawns = should.kind == Kind::kSpawn;
      const bool same = is.op.kind == should.kind && (is.op.mode & kAlignMask) == should.align_log2 &&
                        (spawns ? plan.threads()[is.op.slot].serial : is.op.size) == should.size &&
                        (!is.first || is.stretch->seq == should.seq);
      if (!same) return "thread " + std::to_string(thread) + ", its op " + std::to_string(i);
    }
  }
  return "";
}

void expect_sums(const PlanFile& plan, const WantedPlan& wanted) {
  const PlanHeader& header = plan.header();
  EXPECT_EQ(header.live_peak_bytes, wanted.live_peak_bytes);
  EXPECT_EQ(header.live_end_bytes, wanted.live_end_bytes);
  EXPECT_EQ(header.live_end_objects, wanted.live_end_objects);
  EXPECT_EQ(header.cross_thread_frees, wanted.cross_thread_frees);
  EXPECT_EQ(header.cross_thread_reallocs, wanted.cross_thread_reallocs);
  EXPECT_EQ(header.bytes_requested, wanted.bytes_requested);
  const Policies& is = header.policies;
  const Policies& should = wanted.policies;
  EXPECT_EQ(is.failed_allocations, should.failed_allocations);
  EXPECT_EQ(is.unknown_frees, should.unknown_frees);
  EXPECT_EQ(is.unknown_reallocs, should.unknown_reallocs);
  EXPECT_EQ(is.inherited_blocks, should.inherited_blocks);
  EXPECT_EQ(is.implied_frees, should.implied_frees);
  EXPECT_EQ(is.double_frees, should.double_frees);
  EXPECT_EQ(is.runtime_events, should.runtime_events);
  EXPECT_EQ(is.out_of_place, should.out_of_place);
}

void expect_planned(const std::string& reel, const TemporaryFolder& folder) {
  const Reading reading = read_events(reel);
  const WantedPlan wanted = wanted_plan(reading);
  for (const bool strict : {false, true}) {
    const PlanFile plan = plan_of(reel, folder.file("a.plan"), strict);
    EXPECT_EQ(difference(plan, wanted), "") << reel;
    expect_sums(plan, wanted);
    EXPECT_EQ(plan.header().policies.lost_events, wanted.policies.lost_events + reading.notes.events_lost);
    EXPECT_EQ(plan.header().events, reading.events.size());
  }
}

TEST(Planner, GoldenReels) {
  const TemporaryFolder folder;
  int reels = 0;
  for (const auto& entry : std::filesystem::directory_iterator(HEAPREEL_GOLDEN_REELS)) {
    if (entry.path().extension() != ".reel" || entry.path().stem() == "flipped") continue;
    expect_planned(entry.path().string(), folder);
    ++reels;
  }
  EXPECT_GT(reels, 10);
}

TEST(Planner, RandomCaptures) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const TemporaryFolder folder;
    RandomOptions options{.naming = reel::Naming::kAddress};
    options.step_ticks_max = seed % 3 * 500;
    std::vector<Event> events = StreamMaker(seed, options).make(4000).events;
    Random random(seed);
    for (Event& event : events) event.thread = static_cast<uint32_t>(random.below(1 + seed % 9));
    write_capture(folder.file("a.reel"), events, {.block_events = 300});
    expect_planned(folder.file("a.reel"), folder);
  }
}

TEST(Planner, PackedAndCapturedGiveTheSamePlan) {
  const TemporaryFolder folder;
  const TrueHistory truth = HistoryMaker(4, {.threads = 9, .events = 20'000}).make();
  write_capture(folder.file("a.reel"), truth.capture, {.block_events = 700});
  pack_to(folder.file("a.reel"), folder.file("b.reel"), {});
  const WantedPlan wanted = wanted_plan(read_events(folder.file("a.reel")));
  EXPECT_EQ(difference(plan_of(folder.file("a.reel"), folder.file("a.plan")), wanted), "");
  EXPECT_EQ(difference(plan_of(folder.file("b.reel"), folder.file("b.plan")), wanted), "");
}

// The header tells what `info` tells, where both count the same.
TEST(Planner, TheSumsAreThoseOfTheSummary) {
  const TemporaryFolder folder;
  write_capture(folder.file("a.reel"), HistoryMaker(11, {.threads = 5, .events = 20'000}).make().capture, {});
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  const auto file = reel::ReelFile::open(folder.file("a.reel"));
  base::WorkerPool pool(0);
  const auto sum = reel::summarize(*file, pool);
  ASSERT_TRUE(sum.has_value());
  EXPECT_EQ(plan.header().live_peak_bytes, sum->live_peak_bytes);
  EXPECT_EQ(plan.header().live_end_bytes, sum->live_end_bytes);
  EXPECT_EQ(plan.header().live_end_objects, sum->live_end_objects);
  EXPECT_EQ(plan.header().live_peak_objects, sum->live_peak_objects);
  EXPECT_EQ(plan.header().cross_thread_frees, sum->counts.cross_thread_frees);
  EXPECT_EQ(plan.header().policies.inversions_repaired, sum->inversions_repaired);
  EXPECT_GT(sum->counts.cross_thread_frees, 1000U) << "the control: there is something to count";
}

TEST(Planner, TheControlOfTheComparison) {
  const TemporaryFolder folder;
  write_capture(folder.file("a.reel"), HistoryMaker(4, {.threads = 3}).make().capture, {});
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  const WantedPlan wanted = wanted_plan(read_events(folder.file("a.reel")));
  ASSERT_EQ(difference(plan, wanted), "");
  for (const int fault : {0, 1, 2, 3}) {
    WantedPlan other = wanted;
    if (fault == 0) other.ops[1][50].size += 1;
    if (fault == 1) other.ops[1].pop_back();
    if (fault == 2) std::swap(other.ops[0], other.ops[1]);
    if (fault == 3)
      for (WantedOp& op : other.ops[2]) op.seq += 1;
    EXPECT_NE(difference(plan, other), "") << fault;
  }
}

// A word about each way that a thread comes to be.
TEST(Planner, ThreadsAreSpawnedWhereTheyBegan) {
  const TemporaryFolder folder;
  write_capture(
      folder.file("a.reel"),
      {note_of(10, 4, reel::Op::kThreadStart), malloc_of(20, 4, 10, 0x100), note_of(30, 7, reel::Op::kThreadStart, 5),
       note_of(40, 9, reel::Op::kThreadStart, 8), malloc_of(50, 5, 10, 0x200), note_of(60, 7, reel::Op::kThreadEnd),
       note_of(70, 6, reel::Op::kThreadStart, 8), note_of(80, 3, reel::Op::kThreadStart, 100)});
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  std::vector<std::pair<uint32_t, uint32_t>> threads;
  for (const ThreadPlan& thread : plan.threads()) threads.emplace_back(thread.serial, thread.creator);
  // 7 is made by 4, 9 by 7; 5 was not seen to begin; 6's maker had ended; nobody knows 99.
  const std::vector<std::pair<uint32_t, uint32_t>> wanted = {{4, 0}, {7, 0}, {9, 1}, {5, 0}, {6, 0}, {3, 0}};
  EXPECT_EQ(threads, wanted);
  EXPECT_EQ(plan.header().ops_by_kind[static_cast<size_t>(Kind::kSpawn)], 5U);
}

TEST(Planner, AnEmptyReelIsAPlanOfOneThread) {
  const TemporaryFolder folder;
  write_capture(folder.file("a.reel"), {});
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  EXPECT_EQ(plan.threads().size(), 1U);
  EXPECT_EQ(plan.header().ops, 0U);
}

}  // namespace
}  // namespace heapreel::plan
