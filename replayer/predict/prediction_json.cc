// The functions of prediction_json.h.
#include "replayer/predict/prediction_json.h"

#include <cmath>

namespace heapreel::predict {
namespace {

using Json = nlohmann::ordered_json;

int64_t whole(double bytes) { return std::llround(bytes); }

Json bytes_json(const Estimate& estimate) {
  return {{"value", whole(estimate.value)}, {"interval", {whole(estimate.low), whole(estimate.high)}}};
}

Json seconds_json(const Estimate& estimate) {
  return {{"value", estimate.value}, {"interval", {estimate.low, estimate.high}}};
}

Json reasons_json(const Reasons& reasons) {
  return {{"program_bytes", whole(reasons.program_bytes)},
          {"live_bytes", whole(reasons.live_bytes)},
          {"own_base_bytes", whole(reasons.own_base_bytes)},
          {"held_bytes", whole(reasons.held_bytes)},
          {"purge_mean_bytes", whole(reasons.purge_mean_bytes)},
          {"purge_matters", reasons.purge_matters},
          {"sleeps", reasons.sleeps}};
}

Json cpu_json(const CpuPrediction& cpu) {
  return {{"user_s_delta", cpu.user_delta_s},
          {"faults_delta", cpu.faults_delta},
          {"fault_price_ns", cpu.fault_price_ns},
          {"fault_price_range_ns", {cpu.fault_price_low_ns, cpu.fault_price_high_ns}},
          {"program_cpu_s", cpu.program_cpu_s > 0 ? Json(cpu.program_cpu_s) : Json(nullptr)}};
}

Json ranking_json(const Prediction& prediction, const Ranking& ranking) {
  Json order = Json::array(), ties = Json::array(), regret = Json::object();
  const auto& rows = prediction.allocators;
  for (const size_t place : ranking.order) {
    order.push_back(rows[place].name);
    regret[rows[place].name] = ranking.regret[place];
  }
  for (const auto& [one, other] : ranking.ties) ties.push_back({rows[one].name, rows[other].name});
  return {{"order", order}, {"ties", ties}, {"regret", regret}, {"regret_of_best_max", ranking.regret_of_best_max}};
}

}  // namespace

Json self_check_json(const SelfCheck& check) {
  Json figures = nullptr;
  if (check.made)
    figures = {{"against", check.against_references ? "reference runs" : "recorded run"},
               {"rss_peak_bytes",
                {{"predicted", whole(check.predicted_peak_bytes)},
                 {"real", whole(check.real_peak_bytes)},
                 {"error", check.peak_error}}},
               {"rss_mean_bytes",
                {{"predicted", whole(check.predicted_mean_bytes)},
                 {"real", whole(check.real_mean_bytes)},
                 {"error", check.mean_error}}},
               {"curve_error", check.curve_error}};
  return {{"level", name_of(check.level)}, {"reasons", check.reasons}, {"figures", figures}};
}

Json predicted_json(const AllocatorPrediction& prediction) {
  Json json = Json::object();
  if (prediction.memory) {
    json["rss_peak_bytes"] = bytes_json(prediction.memory->peak);
    json["rss_mean_bytes"] = bytes_json(prediction.memory->mean);
    json["rss_peak_bytes_calibrated"] = whole(prediction.memory->peak_calibrated);
    json["rss_mean_bytes_calibrated"] = whole(prediction.memory->mean_calibrated);
    json["reasons"] = reasons_json(prediction.memory->reasons);
  }
  if (prediction.cpu) {
    json["cpu_s_delta"] = seconds_json(prediction.cpu->delta_s);
    json["cpu"] = cpu_json(*prediction.cpu);
  }
  if (prediction.peak_bounds) json["rss_peak_bounds"] = bytes_json(*prediction.peak_bounds);
  if (prediction.mean_bounds) json["rss_mean_bounds"] = bytes_json(*prediction.mean_bounds);
  return json.empty() ? Json(nullptr) : json;
}

Json prediction_json(const Prediction& prediction) {
  Json rows = Json::array();
  for (const AllocatorPrediction& row : prediction.allocators)
    rows.push_back({{"name", row.name},
                    {"recorded", row.recorded},
                    {"failure", row.failure.empty() ? Json(nullptr) : Json(row.failure)},
                    {"predicted", predicted_json(row)}});
  return {{"schema", "heapreel.prediction/1"},
          {"selfcheck", self_check_json(prediction.self_check)},
          {"allocators", rows},
          {"by_peak", ranking_json(prediction, prediction.by_peak)},
          {"by_mean", ranking_json(prediction, prediction.by_mean)},
          {"base_share", prediction.base_share},
          {"threads", prediction.one_thread ? "one" : "several"},
          {"notes", prediction.notes}};
}

}  // namespace heapreel::predict
