#include "replayer/predict/time_axis.h"

#include <gtest/gtest.h>

namespace heapreel::predict {
namespace {

TEST(slowdown, is_what_the_recording_took_longer_than_the_references) {
  ProgramRecord program;
  program.duration_ns = 1500;
  program.references = {.runs = 3, .wall_ns = 1000};
  const Slowdown slowdown = slowdown_of(program, 100, true);
  EXPECT_EQ(slowdown.taken_off_ns, 500U);
  EXPECT_TRUE(slowdown.by_references);
}

TEST(slowdown, of_a_recording_that_was_quicker_is_none) {
  ProgramRecord program;
  program.duration_ns = 900;
  program.references = {.runs = 3, .wall_ns = 1000};
  EXPECT_EQ(slowdown_of(program, 100, true).taken_off_ns, 0U);
}

TEST(slowdown, without_references_is_the_recorders_own_account) {
  ProgramRecord program;
  program.duration_ns = 10'000;
  program.recorder_ns = 900;
  program.recorder_ns_max = 500;
  EXPECT_EQ(slowdown_of(program, 100, true).taken_off_ns, 1500U);  // 6 ns an op
  EXPECT_EQ(slowdown_of(program, 100, false).taken_off_ns, 500U);  // threads lose time side by side
  EXPECT_FALSE(slowdown_of(program, 100, true).by_references);
}

// One second of processor time in a recording of three, where the references take 0.8 s and wait for one.
TEST(slowdown, of_one_thread_tells_waiting_from_work) {
  ProgramRecord program;
  program.duration_ns = 3000;
  program.user_ns = 900;
  program.system_ns = 100;
  program.cpu = Curve({{0, 0}, {3000, 1000}});
  program.references = {.runs = 3, .wall_ns = 1800, .user_ns = 700, .system_ns = 100};
  const Slowdown slowdown = slowdown_of(program, 100, true);
  EXPECT_EQ(slowdown.taken_off_ns, 200U);
  EXPECT_DOUBLE_EQ(slowdown.wait_scale, 0.5);
  EXPECT_EQ(slowdown_of(program, 100, false).taken_off_ns, 1200U);
}

// Work until 1000, then waiting: the machine was busy, or a client was slow.
TEST(program_time, shortens_waits_where_they_are) {
  const Curve cpu({{0, 0}, {1000, 1000}});
  const Moment moments[] = {{0, 0}, {1000, 100}, {3000, 100}};
  const Slowdown slowdown{.taken_off_ns = 200, .wait_scale = 0.5, .by_references = true};
  const std::vector<double> times = program_times(moments, 100, slowdown, cpu);
  EXPECT_DOUBLE_EQ(times[1], 800);
  EXPECT_DOUBLE_EQ(times[2], 1800);
}

// All ops stand in the first second of two: the recorder's second is taken off there, and nothing off the idle one.
TEST(program_time, loses_the_recorders_part_where_the_ops_are) {
  const Moment moments[] = {{0, 0}, {500, 50}, {1000, 100}, {2000, 100}};
  const std::vector<double> times = program_times(moments, 100, {.taken_off_ns = 600, .by_references = true});
  EXPECT_DOUBLE_EQ(times[1], 200);
  EXPECT_DOUBLE_EQ(times[2], 400);
  EXPECT_DOUBLE_EQ(times[3], 1400);
}

TEST(program_time, never_falls) {
  const Moment moments[] = {{0, 0}, {10, 1000}, {1000, 1001}};
  const std::vector<double> times = program_times(moments, 1001, {.taken_off_ns = 900, .by_references = true});
  EXPECT_GT(times[1], times[0]);
  EXPECT_GT(times[2], times[1]);
}

MemoryRun run_of(std::vector<uint64_t> cpu) {
  MemoryRun run;
  for (size_t i = 0; i < cpu.size(); ++i) run.readings.push_back({.checkpoint = i, .cpu_ns = cpu[i]});
  return run;
}

TEST(allocator_shift, is_the_difference_of_median_processor_times) {
  const MemoryRun slow[] = {run_of({0, 100, 200}), run_of({0, 110, 220}), run_of({0, 900, 210})};
  const MemoryRun quick[] = {run_of({0, 60, 110})};
  EXPECT_EQ(allocator_shift(quick, slow, 3), (std::vector<double>{0, -50, -100}));
  EXPECT_TRUE(allocator_shift(quick, {}, 3).empty());
}

TEST(allocator_shift, holds_where_a_checkpoint_was_not_reached) {
  MemoryRun gap = run_of({0, 100, 300});
  gap.readings.erase(gap.readings.begin() + 1);
  const MemoryRun runs[] = {gap};
  const MemoryRun recorded[] = {run_of({0, 50, 200})};
  EXPECT_EQ(allocator_shift(runs, recorded, 3), (std::vector<double>{0, 0, 100}));
}

}  // namespace
}  // namespace heapreel::predict
