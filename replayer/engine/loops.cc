// The choice of loops.h.
#include "replayer/engine/loops.h"

#include "replayer/engine/loops_inside.h"

namespace heapreel::engine {

Loop loop_of(measure::Pass pass, measure::Touch touch) {
  if (pass == measure::Pass::kLatency) return loop_timed(touch);
  if (pass == measure::Pass::kVerify) return loop_verified(measure::Touch::kNone);
  return loop_unwatched(touch);
}

}  // namespace heapreel::engine
