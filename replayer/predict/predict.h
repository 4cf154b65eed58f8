// From all replays of a reel to its prediction: the models put together. Pure: boards and metadata in, figures out.
//
// A red or refused self-check leaves no prediction; a refused load gets bounds where free-running replays were made.
#pragma once

#include "replayer/predict/memory_figures.h"
#include "replayer/predict/prediction.h"

namespace heapreel::predict {

struct Evidence {
  Scene scene{};
  // One for each allocator to predict, by name; the recorded one among them or apart.
  struct Row {
    std::string name{};
    std::string failure{};  // why there are no runs; empty if there are
    AllocatorRuns runs{};
  };
  std::vector<Row> rows{};
  std::string recorded{};               // the row the program ran under; empty: none of them
  std::vector<std::string> refusals{};  // signs of feedback
  bool touch_recorded = true;           // the plan knows which pages of large blocks were touched
  uint64_t events_lost = 0;
};

Prediction predict(const Evidence& evidence);

}  // namespace heapreel::predict
