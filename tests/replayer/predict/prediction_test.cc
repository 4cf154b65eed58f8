#include <gtest/gtest.h>

#include "replayer/predict/predict.h"
#include "replayer/predict/prediction_json.h"
#include "tests/replayer/predict/scenes.h"

namespace heapreel::predict {
namespace {

using namespace heapreel::tests;

constexpr uint64_t kHarness = 90'000;

AllocatorRuns runs_of(double factor) {
  AllocatorRuns runs;
  runs.memory = {staircase_run(5, 10 * kMb, factor, kHarness), staircase_run(5, 10 * kMb, factor, kHarness)};
  runs.memory_free = {staircase_run(5, 10 * kMb, factor * 2, kHarness)};
  runs.cpu = {{.user_ns = 1e8 * factor, .system_ns = 0, .minor_faults = 0}};
  return runs;
}

Evidence evidence_of(const ProgramRecord& program, double recorded_factor = 1) {
  return {
      .scene = scene_of(program, kHarness),
      .rows = {{"glibc", "", runs_of(recorded_factor)}, {"jemalloc", "", runs_of(1.5)}, {"tcmalloc", "", runs_of(0.6)}},
      .recorded = "glibc"};
}

TEST(prediction, orders_allocators_and_gives_each_its_figures) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  const Prediction prediction = predict(evidence_of(program));
  EXPECT_EQ(prediction.self_check.level, Level::kGreen);
  EXPECT_EQ(prediction.by_peak.order, (std::vector<size_t>{2, 0, 1}));
  EXPECT_TRUE(prediction.by_peak.ties.empty());
  EXPECT_TRUE(prediction.allocators[0].recorded);
  EXPECT_NEAR(prediction.allocators[1].memory->peak.value, 70 * kMb, 1);
  EXPECT_NEAR(prediction.allocators[1].cpu->delta_s.value, 0.05, 1e-9);
  EXPECT_NEAR(prediction.base_share, 10.0 / 34, 1e-6);
  EXPECT_FALSE(prediction.allocators[0].peak_bounds.has_value());
}

TEST(prediction, control_a_red_check_leaves_none) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  const Prediction prediction = predict(evidence_of(program, 1.3));
  EXPECT_EQ(prediction.self_check.level, Level::kRed);
  for (const AllocatorPrediction& row : prediction.allocators) {
    EXPECT_FALSE(row.memory.has_value());
    EXPECT_FALSE(row.cpu.has_value());
    EXPECT_TRUE(row.peak_bounds.has_value());
  }
  EXPECT_TRUE(prediction.by_peak.order.empty());
}

TEST(prediction, a_refused_load_gets_bounds) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  Evidence evidence = evidence_of(program);
  evidence.refusals = {"it depends on timing"};
  const Prediction prediction = predict(evidence);
  EXPECT_EQ(prediction.self_check.level, Level::kRefused);
  EXPECT_NEAR(prediction.allocators[0].peak_bounds->low, 50 * kMb, 1);
  EXPECT_NEAR(prediction.allocators[0].peak_bounds->high, 90 * kMb, 1);
}

TEST(prediction, without_the_recorded_allocator_is_refused) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  Evidence evidence = evidence_of(program);
  evidence.recorded.clear();
  EXPECT_EQ(predict(evidence).self_check.level, Level::kRefused);
}

TEST(prediction, a_row_without_runs_has_no_figures_and_no_rank) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  Evidence evidence = evidence_of(program);
  evidence.rows[1].runs = {};
  const Prediction prediction = predict(evidence);
  EXPECT_FALSE(prediction.allocators[1].memory.has_value());
  EXPECT_EQ(prediction.by_peak.order, (std::vector<size_t>{2, 0}));
}

TEST(prediction_json, has_the_names_of_the_contract) {
  const ProgramRecord program = staircase_program(5, 10 * kMb, 10 * kMb);
  const auto json = prediction_json(predict(evidence_of(program)));
  EXPECT_EQ(json["schema"], "heapreel.prediction/1");
  EXPECT_EQ(json["selfcheck"]["level"], "green");
  const auto& predicted = json["allocators"][1]["predicted"];
  EXPECT_EQ(predicted["rss_peak_bytes"]["value"], 70'000'000);
  EXPECT_EQ(predicted["rss_peak_bytes"]["interval"].size(), 2U);
  EXPECT_TRUE(predicted.contains("rss_mean_bytes"));
  EXPECT_TRUE(predicted["cpu_s_delta"].contains("value"));
  EXPECT_EQ(json["by_peak"]["order"][0], "tcmalloc");
}

TEST(prediction_json, of_no_prediction_is_null) {
  EXPECT_TRUE(predicted_json({}).is_null());
  EXPECT_TRUE(self_check_json({})["figures"].is_null());
}

}  // namespace
}  // namespace heapreel::predict
