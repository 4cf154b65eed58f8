#include "replayer/predict/self_check.h"

#include <gtest/gtest.h>

#include "tests/replayer/predict/scenes.h"

namespace heapreel::predict {
namespace {

using namespace heapreel::tests;

constexpr uint64_t kHarness = 90'000;

SelfCheck check_with(double factor, const ProgramRecord& program, std::vector<std::string> refusals = {}) {
  const MemoryRun runs[] = {staircase_run(5, 10 * kMb, factor, kHarness)};
  return self_check(scene_of(program, kHarness), runs, std::move(refusals));
}

TEST(self_check, is_green_yellow_or_red_by_how_far_the_replay_is_off) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  EXPECT_EQ(check_with(1.00, program).level, Level::kGreen);
  EXPECT_EQ(check_with(1.02, program).level, Level::kGreen);
  EXPECT_EQ(check_with(1.05, program).level, Level::kYellow);
  EXPECT_EQ(check_with(1.10, program).level, Level::kRed);
  EXPECT_EQ(check_with(0.90, program).level, Level::kRed);
  EXPECT_NEAR(check_with(1.10, program).peak_error, 4.0 / 50, 1e-6);
}

TEST(self_check, control_red_when_the_programs_own_memory_is_left_out) {
  ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  program.non_malloc = {};
  const SelfCheck check = check_with(1, program);
  EXPECT_EQ(check.level, Level::kRed);
  EXPECT_FALSE(check.predicts());
  EXPECT_EQ(check.reasons.size(), 2U);
}

TEST(self_check, control_red_when_nothing_was_touched) {
  EXPECT_EQ(check_with(0.02, staircase_program(5, 10 * kMb, 10 * kMb)).level, Level::kRed);
}

// The same peak, reached five times too early.
TEST(self_check, control_red_when_the_time_axis_is_wrong) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  MemoryRun run = staircase_run(5, 10 * kMb, 1, kHarness);
  for (Reading& reading : run.readings) reading.time_ns /= 5;
  const SelfCheck check = self_check(scene_of(program, kHarness), std::vector{run});
  EXPECT_EQ(check.level, Level::kRed);
  EXPECT_EQ(check.peak_error, 0);
  EXPECT_GT(check.mean_error, 0.3);
  EXPECT_GT(check.curve_error, 0.2);
}

TEST(self_check, prefers_the_reference_runs) {
  ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  program.references = {.runs = 3, .wall_ns = program.duration_ns, .peak_bytes = 60 * kMb, .mean_bytes = 30 * kMb};
  const SelfCheck check = check_with(1, program);
  EXPECT_TRUE(check.against_references);
  EXPECT_EQ(check.level, Level::kRed);
  EXPECT_NEAR(check.peak_error, 50.0 / 60 - 1, 1e-6);
}

// The replay's mean is 30 MB. Runs of 26 to 31 MB cannot call that wrong; runs of 26 to 28 can.
TEST(self_check, is_yellow_among_reference_runs_that_differ) {
  ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  program.references = {.runs = 3, .wall_ns = program.duration_ns, .peak_bytes = 50 * kMb, .mean_bytes = 27 * kMb};
  program.references.mean_bytes_low = 26 * kMb;
  program.references.mean_bytes_high = 31 * kMb;
  EXPECT_EQ(check_with(1, program).level, Level::kYellow);
  program.references.mean_bytes_high = 28 * kMb;
  EXPECT_EQ(check_with(1, program).level, Level::kRed);
}

TEST(self_check, a_few_pages_are_no_error) {
  ProgramRecord program = staircase_program(5, 0, 100'000);
  const MemoryRun runs[] = {staircase_run(5, 100'000, 1.2, kHarness)};
  EXPECT_EQ(self_check(scene_of(program, kHarness), runs).level, Level::kGreen);
}

TEST(self_check, a_refused_load_keeps_its_figures) {
  const SelfCheck check = check_with(1, staircase_program(5, 10 * kMb, 10 * kMb), {"it depends on timing"});
  EXPECT_EQ(check.level, Level::kRefused);
  EXPECT_TRUE(check.made);
  EXPECT_EQ(check.reasons, std::vector<std::string>{"it depends on timing"});
}

TEST(self_check, says_what_it_lacks) {
  ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  EXPECT_EQ(self_check(scene_of(program, 0), {}).reasons.front(),
            "the program ran under glibc, which was not replayed");
  program.allocator.clear();
  EXPECT_EQ(self_check(scene_of(program, 0), {}).reasons.front(),
            "the reel does not name the allocator that the program ran under");
  program.non_malloc_known = false;
  const SelfCheck check = check_with(1, program);
  EXPECT_EQ(check.level, Level::kRefused);
  EXPECT_FALSE(check.made);
}

}  // namespace
}  // namespace heapreel::predict
