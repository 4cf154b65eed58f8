// A prediction as JSON, by the names of results.json: `predicted` of an allocator, and `selfcheck`.
#pragma once

#include <nlohmann/json.hpp>

#include "replayer/predict/prediction.h"

namespace heapreel::predict {

nlohmann::ordered_json self_check_json(const SelfCheck& check);

// {rss_peak_bytes, rss_mean_bytes, cpu_s_delta, each {value, interval}, ...}; null if there is no prediction.
nlohmann::ordered_json predicted_json(const AllocatorPrediction& prediction);

// All of it (schema heapreel.prediction/1).
nlohmann::ordered_json prediction_json(const Prediction& prediction);

}  // namespace heapreel::predict
