// The loops of watch Unwatched, one for each way of touching.
#include "replayer/engine/loops_inside.h"
#include "replayer/engine/perform.h"
#include "replayer/engine/watches.h"

namespace heapreel::engine {

Loop loop_unwatched(measure::Touch touch) { return loop_with<Unwatched>(touch); }

}  // namespace heapreel::engine
