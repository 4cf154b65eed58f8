// The machine an experiment runs on, as far as figures depend on it.
#pragma once

#include "replayer/lab/results.h"

namespace heapreel::lab {

// All but the load afterwards.
MachineFacts look_at_machine();

// Of the last minute; -1 where the system does not say.
double load_now();

}  // namespace heapreel::lab
