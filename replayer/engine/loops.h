// Chooses the loop of a pass: one for each watch and way of touching.
#pragma once

#include "replayer/engine/engine.h"

namespace heapreel::engine {

using Loop = void (*)(Thread&, const plan::Op*, const plan::Op*);

Loop loop_of(measure::Pass pass, measure::Touch touch);

}  // namespace heapreel::engine
