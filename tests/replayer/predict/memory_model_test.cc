#include "replayer/predict/memory_model.h"

#include <gtest/gtest.h>

#include "tests/replayer/predict/scenes.h"

namespace heapreel::predict {
namespace {

using namespace heapreel::tests;

constexpr uint64_t kHarness = 90'000;

TEST(memory_figures, are_the_replay_less_the_harness_plus_the_programs_own) {
  const ProgramRecord program = staircase_program(4, 20 * kMb, 10 * kMb);
  const MemoryFigures figures = memory_figures(scene_of(program, kHarness), staircase_run(4, 10 * kMb, 1, kHarness));
  EXPECT_NEAR(figures.peak_bytes, 50 * kMb, 1);
  EXPECT_NEAR(figures.mean_bytes, 35 * kMb, 100);
  EXPECT_NEAR(figures.recorded_mean_bytes, 35 * kMb, 100);
  EXPECT_NEAR(figures.curve_error, 0, 1e-6);
  EXPECT_NEAR(figures.base_at_peak_bytes, 20 * kMb, 1);
  EXPECT_NEAR(figures.live_at_peak_bytes, 30 * kMb, 1);
}

TEST(memory_figures, control_without_the_base_they_are_off) {
  ProgramRecord program = staircase_program(4, 20 * kMb, 10 * kMb);
  program.non_malloc = {};
  const MemoryFigures figures = memory_figures(scene_of(program, kHarness), staircase_run(4, 10 * kMb, 1, kHarness));
  EXPECT_NEAR(figures.peak_bytes, 30 * kMb, 1);
  EXPECT_NEAR(figures.curve_error, 20.0 / 50, 1e-6);
}

// The replay's peak is at 3 s, where the program's own memory is least: 30 + 0, not 30 + 40.
TEST(memory_figures, peak_is_of_the_sum_and_not_a_sum_of_peaks) {
  ProgramRecord program = staircase_program(4, 0, 10 * kMb);
  program.non_malloc = Curve({{0, 40 * kMb}, {kSecond / 2, 40 * kMb}, {kSecond, 0}});
  const MemoryFigures figures = memory_figures(scene_of(program, 0), staircase_run(4, 10 * kMb, 1, 0));
  EXPECT_NEAR(figures.peak_bytes, 40 * kMb, 1);
  EXPECT_NEAR(figures.live_at_peak_bytes, 0, 1);
}

// Ops in the second second of four; before, the base alone; behind, what the replay ended with.
TEST(memory_figures, span_the_program_and_not_only_its_ops) {
  ProgramRecord program = staircase_program(4, 8 * kMb, 0);
  program.first_event_ns = kSecond;
  const MemoryRun run{.readings = {{.checkpoint = 0, .time_ns = 0, .rss_bytes = 0},
                                   {.checkpoint = 1, .time_ns = 1, .rss_bytes = 4'000'000},
                                   {.checkpoint = 2, .time_ns = kSecond, .rss_bytes = 4'000'000}}};
  EXPECT_NEAR(memory_figures(scene_of(program, 0), run).mean_bytes, 8 * kMb + 3 * kMb, 100);
}

// A slower allocator stays longer on the second of two steps: 3 s instead of 1 s.
TEST(memory_figures, follow_the_allocators_own_pace) {
  const ProgramRecord program = staircase_program(2, 0, 10 * kMb);
  const MemoryRun run = staircase_run(2, 10 * kMb, 1, 0);
  const double shift[] = {0, 0, 0, 2.0 * kSecond};
  EXPECT_NEAR(memory_figures(scene_of(program, 0), run).mean_bytes, 5 * kMb, 100);
  EXPECT_NEAR(memory_figures(scene_of(program, 0), run, shift).mean_bytes, 7.5 * kMb, 100);
}

AllocatorRuns runs_of(std::initializer_list<double> factors, uint64_t own_base = 0) {
  AllocatorRuns runs;
  for (const double factor : factors) runs.memory.push_back(staircase_run(5, 10 * kMb, factor, kHarness, own_base));
  return runs;
}

TEST(memory_model, states_peak_and_mean_with_the_range_of_replays_widened) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  const AllocatorRuns recorded = runs_of({1, 1, 1});
  const MemoryPrediction prediction =
      predict_memory(scene_of(program, kHarness), runs_of({1.5, 1.4, 1.6}), recorded.memory);
  EXPECT_NEAR(prediction.peak.value, 70 * kMb, 1);
  EXPECT_NEAR(prediction.peak.low, 66 * kMb - 0.02 * 70 * kMb, 10);
  EXPECT_NEAR(prediction.peak.high, 74 * kMb + 0.02 * 70 * kMb, 10);
  EXPECT_NEAR(prediction.mean.value, 40 * kMb, 100);
}

TEST(memory_model, widens_by_more_for_several_threads) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  const AllocatorRuns recorded = runs_of({1});
  const MemoryPrediction prediction = predict_memory(scene_of(program, kHarness, false), runs_of({1}), recorded.memory);
  EXPECT_NEAR(prediction.peak.high / prediction.peak.value, 1.05, 1e-6);
}

// The program's real runs took 3 MB less than its replay says: the two ways lie 3 MB apart, and the interval says so.
TEST(memory_model, widens_by_the_distance_of_absolute_and_calibrated) {
  ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  program.references = {.runs = 3,
                        .peak_bytes = 47 * kMb,
                        .peak_bytes_low = 47 * kMb,
                        .peak_bytes_high = 47 * kMb,
                        .mean_bytes = 29 * kMb,
                        .mean_bytes_low = 29 * kMb,
                        .mean_bytes_high = 29 * kMb};
  program.references.wall_ns = program.duration_ns;
  const AllocatorRuns recorded = runs_of({1});
  const MemoryPrediction prediction = predict_memory(scene_of(program, kHarness), runs_of({1.5}), recorded.memory);
  EXPECT_NEAR(prediction.peak.value, 70 * kMb, 1);
  EXPECT_NEAR(prediction.peak_calibrated, 67 * kMb, 1);
  EXPECT_NEAR(prediction.peak.low, 67 * kMb, 1);
  EXPECT_NEAR(prediction.mean.value, prediction.mean_calibrated, 1);
  EXPECT_NEAR(prediction.mean.value, 39 * kMb, 100);
}

TEST(memory_model, widens_by_the_spread_of_the_reference_runs) {
  ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  program.references = {.runs = 3, .peak_bytes = 50 * kMb, .peak_bytes_low = 46 * kMb, .peak_bytes_high = 54 * kMb};
  program.references.wall_ns = program.duration_ns;
  const AllocatorRuns recorded = runs_of({1});
  EXPECT_NEAR(predict_memory(scene_of(program, kHarness), recorded, recorded.memory).peak.high, 54 * kMb, 1);
}

TEST(memory_model, keeps_the_allocators_own_base_and_names_it) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  const AllocatorRuns recorded = runs_of({1});
  const MemoryPrediction prediction =
      predict_memory(scene_of(program, kHarness), runs_of({1}, 4'000'000), recorded.memory);
  EXPECT_NEAR(prediction.peak.value, 54 * kMb, 1);
  EXPECT_NEAR(prediction.reasons.own_base_bytes, 4 * kMb, 1);
  EXPECT_NEAR(prediction.reasons.program_bytes, 10 * kMb, 1);
  EXPECT_NEAR(prediction.reasons.live_bytes, 40 * kMb, 1);
  EXPECT_NEAR(prediction.reasons.held_bytes, 0, 1);
}

TEST(memory_model, flags_purging_by_time_and_threads_that_sleep) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  const AllocatorRuns recorded = runs_of({1});
  AllocatorRuns runs = runs_of({1});
  runs.memory_fast.push_back(staircase_run(5, 10 * kMb, 1.05, kHarness));
  EXPECT_FALSE(predict_memory(scene_of(program, kHarness), runs, recorded.memory).reasons.purge_matters);
  runs.memory_fast = {staircase_run(5, 10 * kMb, 1.2, kHarness)};
  runs.memory.front().sleeping_calls = 1;
  const Reasons reasons = predict_memory(scene_of(program, kHarness), runs, recorded.memory).reasons;
  EXPECT_TRUE(reasons.purge_matters);
  EXPECT_NEAR(reasons.purge_mean_bytes, 4 * kMb, 100);
  EXPECT_TRUE(reasons.sleeps);
}

TEST(memory_bounds, reach_from_the_record_to_the_free_run) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  AllocatorRuns runs = runs_of({1});
  runs.memory_free.push_back(staircase_run(5, 10 * kMb, 3, kHarness));
  const Bounds bounds = memory_bounds(scene_of(program, kHarness), runs);
  EXPECT_NEAR(bounds.peak.low, 50 * kMb, 1);
  EXPECT_NEAR(bounds.peak.high, 130 * kMb, 1);
}

}  // namespace
}  // namespace heapreel::predict
