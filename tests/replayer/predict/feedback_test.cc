#include "replayer/predict/feedback.h"

#include <gtest/gtest.h>

namespace heapreel::predict {
namespace {

constexpr LoadFigures kLoad = {.ops = 1'000'000, .live_peak_bytes = 40e6, .live_mean_bytes = 30e6};

ReferenceFigures peaks(double low, double middle, double high) {
  return {.runs = 3, .peak_bytes = middle, .peak_bytes_low = low, .peak_bytes_high = high};
}

TEST(feedback, is_not_seen_where_recordings_and_runs_agree) {
  LoadFigures again = kLoad;
  again.live_peak_bytes *= 1.04;
  again.ops *= 0.97;
  EXPECT_TRUE(feedback_signs(peaks(98e6, 100e6, 102e6), kLoad, again).empty());
  EXPECT_TRUE(feedback_signs({}, kLoad, {}).empty());
}

TEST(feedback, shows_in_each_figure_of_a_second_recording) {
  for (double LoadFigures::*figure :
       {&LoadFigures::ops, &LoadFigures::live_peak_bytes, &LoadFigures::live_mean_bytes}) {
    LoadFigures again = kLoad;
    again.*figure *= 1.06;
    EXPECT_EQ(feedback_signs({}, kLoad, again).size(), 1U);
    EXPECT_EQ(feedback_signs({}, again, kLoad).size(), 1U);
  }
}

TEST(feedback, shows_in_reference_runs_that_lie_apart) {
  EXPECT_EQ(feedback_signs(peaks(95e6, 100e6, 106e6), kLoad, {}).size(), 1U);
  EXPECT_TRUE(feedback_signs(peaks(96e6, 100e6, 105e6), kLoad, {}).empty());
}

TEST(feedback, is_no_matter_of_a_few_pages) {
  const LoadFigures small{.ops = 100, .live_peak_bytes = 300e3, .live_mean_bytes = 200e3};
  const LoadFigures again{.ops = 100, .live_peak_bytes = 380e3, .live_mean_bytes = 290e3};
  EXPECT_TRUE(feedback_signs(peaks(300e3, 350e3, 400e3), small, again).empty());
}

TEST(feedback, does_not_count_the_planners_own_ops) {
  plan::PlanHeader plan;
  plan.ops_by_kind[static_cast<size_t>(plan::Kind::kMalloc)] = 10;
  plan.ops_by_kind[static_cast<size_t>(plan::Kind::kTouch)] = 900;
  plan.ops_by_kind[static_cast<size_t>(plan::Kind::kSpawn)] = 3;
  EXPECT_EQ(load_figures(plan, {}).ops, 10);
}

// A second of waiting at the end changes a mean over time, and not one over ops.
TEST(feedback, means_are_over_ops) {
  const plan::Checkpoint checkpoints[] = {{.time_ns = 0, .seq = 0, .live_bytes = 0},
                                          {.time_ns = 10, .seq = 100, .live_bytes = 1000},
                                          {.time_ns = 1'000'000'000, .seq = 200, .live_bytes = 1000}};
  EXPECT_EQ(load_figures({}, checkpoints).live_mean_bytes, 750);
}

}  // namespace
}  // namespace heapreel::predict
