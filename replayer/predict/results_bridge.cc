// The functions of results_bridge.h.
#include "replayer/predict/results_bridge.h"

#include <algorithm>
#include <fmt/format.h>

#include "replayer/predict/prediction_json.h"

namespace heapreel::predict {
namespace {

constexpr int kSelfCheckGate = 4;

lab::GateState state_of(const SelfCheck& check) {
  if (!check.made) return lab::GateState::kSkipped;
  if (check.level == Level::kRefused) return lab::GateState::kWarning;
  return check.predicts() ? lab::GateState::kPass : lab::GateState::kFail;
}

std::map<std::string, double> figures_of(const SelfCheck& check) {
  if (!check.made) return {};
  return {{"peak_predicted_bytes", check.predicted_peak_bytes},
          {"peak_real_bytes", check.real_peak_bytes},
          {"peak_error", check.peak_error},
          {"mean_predicted_bytes", check.predicted_mean_bytes},
          {"mean_real_bytes", check.real_mean_bytes},
          {"mean_error", check.mean_error},
          {"curve_error", check.curve_error}};
}

}  // namespace

std::string self_check_text(const SelfCheck& check) {
  std::string text = name_of(check.level);
  if (check.made)
    text += fmt::format(": peak {:+.1f} %, mean {:+.1f} %, curve {:.1f} % against {}", check.peak_error * 100,
                        check.mean_error * 100, check.curve_error * 100,
                        check.against_references ? "the reference runs" : "the recorded run");
  for (const std::string& reason : check.reasons) text += "; " + reason;
  return text;
}

lab::SelfCheck self_check_result(const SelfCheck& check) {
  return {.level = name_of(check.level),
          .text = self_check_text(check),
          .reasons = check.reasons,
          .json = self_check_json(check).dump()};
}

lab::Gate self_check_gate(const SelfCheck& check) {
  return {.number = kSelfCheckGate,
          .name = "self-check",
          .state = state_of(check),
          .text = self_check_text(check),
          .figures = figures_of(check)};
}

namespace {

lab::Predicted predicted_of(const Estimate& estimate) {
  return {.value = estimate.value, .low = estimate.low, .high = estimate.high};
}

}  // namespace

void add_prediction(const Prediction& prediction, lab::Results& results) {
  results.self_check = self_check_result(prediction.self_check);
  for (const AllocatorPrediction& row : prediction.allocators) {
    const auto found = std::ranges::find(results.allocators, row.name, &lab::AllocatorResult::name);
    if (found == results.allocators.end() || !row.memory) continue;
    found->predicted["rss_peak_bytes"] = predicted_of(row.memory->peak);
    found->predicted["rss_mean_bytes"] = predicted_of(row.memory->mean);
    if (row.cpu) found->predicted["cpu_s_delta"] = predicted_of(row.cpu->delta_s);
    found->predicted_json = predicted_json(row).dump();
  }
}

}  // namespace heapreel::predict
