// The parts of results.json that explain an allocator's figures, and what the reel knows of the program. Twin:
// results.h.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replayer/lab/results.h"

namespace heapreel::lab {

nlohmann::ordered_json curves_json(const std::vector<LatencyCurve>& curves);
nlohmann::ordered_json slow_calls_json(const std::vector<SlowCall>& calls);
nlohmann::ordered_json knobs_json(const std::vector<Knob>& knobs);
nlohmann::ordered_json program_json(const ProgramFacts& program);

}  // namespace heapreel::lab
