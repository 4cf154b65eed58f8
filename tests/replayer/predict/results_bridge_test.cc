#include "replayer/predict/results_bridge.h"

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
