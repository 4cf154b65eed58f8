// The settings of the allocator in use, as it says itself.
#pragma once

#include "replayer/measure/board_format.h"

namespace heapreel::runner {

// Writes board.knobs, after the last op: asking may allocate. An allocator that has no way of saying gets none. Where
// nothing was set and the allocator decides for itself, the value is "default".
void write_knobs(measure::Board& board);

}  // namespace heapreel::runner
