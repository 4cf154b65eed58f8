#include "replayer/predict/readings.h"

#include <gtest/gtest.h>
#include <memory>

namespace heapreel::predict {
namespace {

using measure::CheckpointReading;

std::unique_ptr<measure::Board> board_of(uint64_t ticks_per_second) {
  auto board = std::make_unique<measure::Board>();
  board->orders.ticks_per_second = ticks_per_second;
  return board;
}

TEST(memory_run, keeps_the_readings_that_were_reached_with_their_place_in_the_record) {
  const auto board = board_of(2'000'000'000);
  board->rss_base_bytes = 4096;
  board->rss_end_bytes = 35;
  plan::PlanHeader plan;
  plan.duration_ns = 400;
  plan.ops = 9;
  plan.live_end_bytes = 34;
  const CheckpointReading readings[] = {{.ticks = 1, .rss_bytes = 10, .cpu_ns = 5000, .spin_ticks = 2000},
                                        {.ticks = 0, .rss_bytes = 0, .cpu_ns = 0, .spin_ticks = 0},
                                        {.ticks = 3, .rss_bytes = 30, .cpu_ns = 9000, .spin_ticks = 2000}};
  const plan::Checkpoint checkpoints[] = {{.time_ns = 100, .seq = 1, .live_bytes = 11},
                                          {.time_ns = 200, .seq = 2, .live_bytes = 22},
                                          {.time_ns = 300, .seq = 3, .live_bytes = 33}};
  const MemoryRun run = read_memory_run(*board, readings, checkpoints, plan);
  ASSERT_EQ(run.readings.size(), 3U);
  EXPECT_EQ(run.base_bytes, 4096U);
  EXPECT_EQ(run.readings[1].checkpoint, 2U);
  EXPECT_EQ(run.readings[1].time_ns, 300U);
  EXPECT_EQ(run.readings[1].live_bytes, 33U);
  EXPECT_EQ(run.readings[2].time_ns, 400U);
  EXPECT_EQ(run.readings[2].rss_bytes, 35U);
  EXPECT_EQ(run.readings[2].live_bytes, 34U);
  EXPECT_EQ(run.readings[0].cpu_ns, 4000U);  // 2000 ticks of waiting are 1000 ns
}

TEST(memory_run, survives_a_board_that_contradicts_itself) {
  const auto board = board_of(1);
  const CheckpointReading readings[] = {{.ticks = 1, .rss_bytes = 1, .cpu_ns = 1, .spin_ticks = ~uint64_t{0}}};
  const plan::Checkpoint checkpoints[] = {{}, {}};
  EXPECT_EQ(read_memory_run(*board, readings, checkpoints, {}).readings.front().cpu_ns, 0U);
}

TEST(cpu_run, does_not_count_what_waits_burned) {
  const auto board = board_of(1'000'000'000);
  board->user_ns = 5000;
  board->system_ns = 700;
  board->minor_faults = 12;
  const auto threads = std::make_unique<measure::ThreadBoard[]>(2);
  threads[0].spin_ticks = 1500;
  threads[1].spin_ticks = 500;
  const CpuRun run = read_cpu_run(*board, {threads.get(), 2});
  EXPECT_EQ(run.user_ns, 3000);
  EXPECT_EQ(run.system_ns, 700);
  EXPECT_EQ(run.minor_faults, 12);
}

}  // namespace
}  // namespace heapreel::predict
