// A prediction and a self-check as results.json keeps them (replayer/lab/results.h).
#pragma once

#include "replayer/lab/results.h"
#include "replayer/predict/prediction.h"
#include "replayer/predict/program_record.h"

namespace heapreel::predict {

// Gate 4: holds if the level is green or yellow, and fails if it is red. It is skipped where no figures could be had,
// and warns of a load that is refused: the replay may be faithful, but to a record that says little.
lab::Gate self_check_gate(const SelfCheck& check);
lab::SelfCheck self_check_result(const SelfCheck& check);
// One sentence: level, errors, and why there is no prediction.
std::string self_check_text(const SelfCheck& check);

// Fills in `predicted` of each allocator that has a prediction, and the self-check.
void add_prediction(const Prediction& prediction, lab::Results& results);

// What the reel says of the program, on the time axis of replays: from the first event on, at most kProgramPoints
// points.
inline constexpr size_t kProgramPoints = 1000;
lab::ProgramFacts program_facts(const ProgramRecord& program);

}  // namespace heapreel::predict
