// The loops of watch Verified, one for each way of touching.
#include "replayer/engine/loops_inside.h"
#include "replayer/engine/perform.h"
#include "replayer/engine/verified.h"

namespace heapreel::engine {

Loop loop_verified(measure::Touch touch) { return loop_with<Verified>(touch); }

}  // namespace heapreel::engine
