#include "replayer/predict/results_bridge.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace heapreel::predict {
namespace {

SelfCheck check_of(Level level, bool made) { return {.level = level, .reasons = {}, .made = made}; }

TEST(self_check_gate, is_number_four_and_fails_when_red_alone) {
  EXPECT_EQ(self_check_gate(check_of(Level::kGreen, true)).number, 4);
  EXPECT_EQ(self_check_gate(check_of(Level::kGreen, true)).state, lab::GateState::kPass);
  EXPECT_EQ(self_check_gate(check_of(Level::kYellow, true)).state, lab::GateState::kPass);
  EXPECT_EQ(self_check_gate(check_of(Level::kRed, true)).state, lab::GateState::kFail);
  EXPECT_EQ(self_check_gate(check_of(Level::kRefused, true)).state, lab::GateState::kWarning);
  EXPECT_EQ(self_check_gate(check_of(Level::kRefused, false)).state, lab::GateState::kSkipped);
}

TEST(program_facts, begin_at_the_first_event_and_say_no_more_than_is_known) {
  ProgramRecord program{.allocator = "glibc", .duration_ns = 100, .first_event_ns = 10};
  EXPECT_TRUE(program_facts(program).timeline.empty());
  EXPECT_FALSE(program_facts(program).references);
  program.rss = Curve({{0, 1000}, {20, 3000}, {60, 5000}});
  const lab::ProgramFacts without = program_facts(program);
  ASSERT_EQ(without.timeline.size(), 3U);
  EXPECT_EQ(without.timeline[0].t_ns, 0U);
  EXPECT_EQ(without.timeline[0].rss_bytes, 2000U);
  EXPECT_EQ(without.timeline[1].t_ns, 10U);
  EXPECT_EQ(without.timeline[2].rss_bytes, 5000U);
  EXPECT_FALSE(without.timeline[1].non_malloc_bytes);
  program.non_malloc = Curve({{0, 700}});
  program.non_malloc_known = true;
  EXPECT_EQ(program_facts(program).timeline[1].non_malloc_bytes, 700U);
  program.references = {.runs = 2, .wall_ns = 2'000'000'000, .user_ns = 1'000'000'000, .peak_bytes = 5};
  ASSERT_TRUE(program_facts(program).references);
  EXPECT_EQ(program_facts(program).references->wall_s, 2);
  EXPECT_EQ(program_facts(program).references->rss_peak_bytes.value, 5);
}

TEST(program_facts, are_bounded_and_keep_the_peak) {
  std::vector<CurvePoint> points;
  for (uint64_t i = 0; i < 50'000; ++i) points.push_back({i, i == 31'234 ? 9e6 : 1e6 + static_cast<double>(i % 7)});
  const auto timeline = program_facts({.first_event_ns = 5, .rss = Curve(points)}).timeline;
  EXPECT_LE(timeline.size(), kProgramPoints);
  EXPECT_GT(timeline.size(), kProgramPoints / 2);
  EXPECT_TRUE(std::ranges::is_sorted(timeline, {}, &lab::ProgramPoint::t_ns));
  EXPECT_EQ(std::ranges::max(timeline, {}, &lab::ProgramPoint::rss_bytes).rss_bytes, 9'000'000U);
}

TEST(results, get_the_prediction_of_each_row_that_has_one) {
  lab::Results results;
  results.allocators.resize(2);
  results.allocators[0].name = "glibc";
  results.allocators[1].name = "mine";
  Prediction prediction{.self_check = check_of(Level::kGreen, true)};
  prediction.allocators = {{.name = "mine", .memory = MemoryPrediction{.peak = {1e6, 9e5, 2e6}}}, {.name = "glibc"}};
  add_prediction(prediction, results);
  EXPECT_TRUE(results.allocators[0].predicted_json.empty());
  EXPECT_NE(results.allocators[1].predicted_json.find("1000000"), std::string::npos);
  EXPECT_EQ(results.self_check.level, "green");
}

}  // namespace
}  // namespace heapreel::predict
