// The loops of watch Timed, one for each way of touching.
#include "replayer/engine/loops_inside.h"
#include "replayer/engine/perform.h"
#include "replayer/engine/watches.h"

namespace heapreel::engine {

Loop loop_timed(measure::Touch touch) { return loop_with<Timed>(touch); }

}  // namespace heapreel::engine
