// What `heapreel predict` shows.
#pragma once

#include <string>

#include "replayer/predict/prediction.h"

namespace heapreel::commands {

// What a person is told of the reel beside the prediction itself.
struct PredictedReel {
  std::string path{};
  std::string allocator{};  // name and version, as recorded
  uint64_t threads = 0;
  uint64_t ops = 0;
  uint32_t reference_runs = 0;
};

std::string prediction_text(const PredictedReel& reel, const predict::Prediction& prediction);

}  // namespace heapreel::commands
