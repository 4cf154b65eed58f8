// Live bytes by the log, and memory and time by the board: on plans and boards made by hand.
#include <algorithm>
#include <gtest/gtest.h>

#include "replayer/lab/figures.h"
#include "replayer/lab/live_curve.h"
#include "tests/replayer/lab/made_plan.h"

namespace heapreel::lab {
namespace {

MadeStretch stretch(uint64_t seq, uint64_t time_ns, int64_t net_bytes, uint64_t rise_bytes) {
  return {.head = {.time_ns = time_ns, .seq = seq, .net_bytes = net_bytes, .rise_bytes = rise_bytes},
          .ops = {plan::Op{.size = 1, .kind = plan::Kind::kMalloc}}};
}

// Thread 0 takes 100, then gives them back; only then does thread 1 take its 100.
MadePlan by_turns() {
  return MadePlan(
      {{stretch(0, 0, 100, 100), stretch(10, 10, -100, 0)}, {stretch(20, 20, 100, 100), stretch(30, 30, 0, 0)}});
}

TEST(LiveCurveTest, TheOrderOfTheRecordGivesTheRecordsCurve) {
  const MadePlan plan = by_turns();
  const auto map = PlanMap::open(plan.ref());
  ASSERT_TRUE(map);
  const LiveCurves curves = live_curves(**map, std::vector<uint64_t>{1000, 2000, 3000, 4000}, 1);
  EXPECT_EQ(curves.replayed.stretches, 4U);
  EXPECT_EQ(curves.replayed.peak_bytes, 100U);
  EXPECT_NEAR(curves.replayed.mean_bytes, (100.0 * 10 + 0 * 10 + 100 * 10) / 30, 1e-9);
  EXPECT_EQ(curves.recorded.peak_bytes, curves.replayed.peak_bytes);
  EXPECT_EQ(curves.recorded.mean_bytes, curves.replayed.mean_bytes);
}

TEST(LiveCurveTest, AThreadThatRanAheadShows) {
  const MadePlan plan = by_turns();
  const auto map = PlanMap::open(plan.ref());
  const LiveCurves curves = live_curves(**map, std::vector<uint64_t>{1000, 5000, 2000, 6000}, 1);
  EXPECT_EQ(curves.replayed.peak_bytes, 200U);
  EXPECT_EQ(curves.recorded.peak_bytes, 100U);
}

TEST(LiveCurveTest, TheSwingIsWhatThreadsMoveInAWindow) {
  const MadePlan plan = by_turns();
  const auto map = PlanMap::open(plan.ref());
  const std::vector<uint64_t> log = {1000, 2000, 3000, 4000};
  EXPECT_EQ(live_curves(**map, log, 1).swing_bytes, 0U);
  EXPECT_EQ(live_curves(**map, log, 1, {.ops = 15, .ns = 1000}).swing_bytes, 100U);   // +100 -100 | +100
  EXPECT_EQ(live_curves(**map, log, 1, {.ops = 10, .ns = 1000}).swing_bytes, 100U);   // +100 | -100 | +100
  EXPECT_EQ(live_curves(**map, log, 1, {.ops = 100, .ns = 1000}).swing_bytes, 100U);  // 0 and +100
  EXPECT_EQ(live_curves(**map, log, 1, {.ops = 100, .ns = 15}).swing_bytes, 100U);
  const MadePlan alone({{stretch(0, 0, 100, 100), stretch(10, 10, -100, 0)}});
  const auto map_alone = PlanMap::open(alone.ref());
  EXPECT_EQ(live_curves(**map_alone, std::vector<uint64_t>{1, 2}, 1, {.ops = 5, .ns = 5}).swing_bytes, 0U);
  const MadePlan both({{stretch(0, 0, 100, 100)}, {stretch(10, 10, 70, 70)}});
  const auto map_both = PlanMap::open(both.ref());
  EXPECT_EQ(live_curves(**map_both, std::vector<uint64_t>{1, 2}, 1, {.ops = 15, .ns = 15}).swing_bytes, 170U);
  EXPECT_EQ(live_curves(**map_both, std::vector<uint64_t>{1, 2}, 1, {.ops = 5, .ns = 15}).swing_bytes, 100U);
}

TEST(LiveCurveTest, WhatWasNotReachedCountsInNeitherOrder) {
  const MadePlan plan = by_turns();
  const auto map = PlanMap::open(plan.ref());
  const LiveCurves curves = live_curves(**map, std::vector<uint64_t>{1000, 2000, 0, 0}, 1);
  EXPECT_EQ(curves.replayed.stretches, 2U);
  EXPECT_EQ(curves.recorded.stretches, 2U);
}

TEST(LiveCurveTest, ALogWithGapsIsReadByItsStep) {
  const MadePlan plan = by_turns();
  const auto map = PlanMap::open(plan.ref());
  const LiveCurves curves = live_curves(**map, std::vector<uint64_t>{1000, 3000}, 2);
  EXPECT_EQ(curves.replayed.stretches, 4U);
  EXPECT_EQ(curves.replayed.peak_bytes, 100U);
}

TEST(PlanWalkTest, AHeadThatLiesAboutItsOpsEndsTheWalk) {
  MadePlan plan = by_turns();
  uint32_t many = 1000;
  ASSERT_EQ(::pwrite(plan.ref().fd, &many, sizeof many, sizeof(plan::PlanHeader) + offsetof(plan::Stretch, ops)), 4);
  const auto map = PlanMap::open(plan.ref());
  EXPECT_TRUE(StretchCursor(**map, plan.ref().threads[0]).at_end());
  EXPECT_FALSE(StretchCursor(**map, plan.ref().threads[1]).at_end());
}

TEST(FiguresTest, ThinningKeepsLowsHighsAndEnds) {
  std::vector<TimelinePoint> points;
  for (uint64_t i = 0; i < 10'000; ++i) points.push_back({.t_ns = i, .op = i + 1, .rss_bytes = 1000 + i % 7});
  points[5000].rss_bytes = 9999;
  points[7001].rss_bytes = 1;
  const auto kept = thinned(points, 100);
  EXPECT_LE(kept.size(), 100U);
  const auto [low, high] = std::ranges::minmax_element(kept, {}, &TimelinePoint::rss_bytes);
  EXPECT_EQ(low->rss_bytes, 1U);
  EXPECT_EQ(high->rss_bytes, 9999U);
  EXPECT_EQ(kept.front().op, 1U);
  EXPECT_EQ(kept.back().op, 10'000U);
  EXPECT_TRUE(std::ranges::is_sorted(kept, {}, &TimelinePoint::op));
  EXPECT_EQ(thinned(points, 20'000).size(), points.size());
}

measure::ThreadBoard& thread_of(const BoardMemory& board, size_t i) {
  return const_cast<measure::ThreadBoard&>(board.threads()[i]);
}

TEST(FiguresTest, WaitsAreNotTheAllocators) {
  const MadePlan plan = by_turns();
  const auto board = BoardMemory::create(plan.ref(), {});
  ASSERT_TRUE(board);
  const uint64_t second = ticks_per_second();
  auto& whole = const_cast<measure::Board&>(board->board());
  whole.begun_ticks = 1;
  whole.ended_ticks = 1 + second;
  for (size_t i = 0; i < 2; ++i) {
    thread_of(*board, i).begun_ticks = 1;
    thread_of(*board, i).ended_ticks = 1 + second;
  }
  thread_of(*board, 0).cpu_ns = 600;
  thread_of(*board, 1).cpu_ns = 500'000'400;
  thread_of(*board, 1).spin_ticks = second / 2;
  thread_of(*board, 1).wait_ticks = second / 2;
  const TimeFigures figures = time_figures(*board, 100);
  EXPECT_NEAR(figures.figures.at("ns_per_op"), 10, 0.1);
  EXPECT_NEAR(figures.figures.at("ops_per_s"), 100, 0.1);
  EXPECT_NEAR(figures.wait_share, 0.25, 1e-6);
}

TEST(FiguresTest, MemoryIsWeightedByRecordedTime) {
  MadePlan plan = by_turns();
  plan.header().duration_ns = 100;
  plan.header().live_peak_bytes = 500;
  plan.header().live_mean_bytes = 125;
  plan.checkpoints() = {{.time_ns = 0, .seq = 0, .live_bytes = 1},
                        {.time_ns = 90, .seq = 20, .live_bytes = 2},
                        {.time_ns = 95, .seq = 30, .live_bytes = 3}};
  auto board = BoardMemory::create(plan.ref(), {.pass = measure::Pass::kMemory});
  ASSERT_TRUE(board);
  auto readings = board->readings();
  ASSERT_EQ(readings.size(), 3U);
  auto* reading = const_cast<measure::CheckpointReading*>(readings.data());
  reading[0].ticks = 1;
  reading[0].rss_bytes = 100;
  reading[1].ticks = 2;
  reading[1].rss_bytes = 1000;  // the third was not reached
  auto& whole = const_cast<measure::Board&>(board->board());
  whole.begun_ticks = 10;
  whole.ended_ticks = 20;
  RunOutcome outcome{.board = std::move(*board)};
  outcome.rss = {{.ticks = 15, .rss_anon_bytes = 1500}, {.ticks = 25, .rss_anon_bytes = 9999}};  // one after the end
  const MemoryFigures figures = memory_figures(outcome, plan.ref());
  EXPECT_NEAR(figures.figures.at("rss_mean_bytes"), (100.0 * 90 + 1000.0 * 10) / 100, 1e-9);
  EXPECT_EQ(figures.figures.at("rss_peak_bytes"), 1500);
  EXPECT_EQ(figures.figures.at("fragmentation_peak"), 3);
  EXPECT_NEAR(figures.figures.at("fragmentation_mean"), 190.0 / 125, 1e-9);
  ASSERT_EQ(figures.timeline.size(), 2U);
  whole.orders.stop_at_seq = 25;  // of a part, the part's live bytes count
  const MemoryFigures part = memory_figures(outcome, plan.ref());
  EXPECT_EQ(part.figures.at("live_peak_bytes"), 2);
  EXPECT_NEAR(part.figures.at("live_mean_bytes"), 1, 1e-9);
  EXPECT_NEAR(part.figures.at("rss_mean_bytes"), 100, 1e-9);
  EXPECT_EQ(figures.timeline[1].live_bytes, 2U);
}

}  // namespace
}  // namespace heapreel::lab
