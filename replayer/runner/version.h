// What the allocator in use says of itself.
#pragma once

#include "replayer/measure/board_format.h"

namespace heapreel::runner {

// Writes board.version_text; it stays empty when the allocator has no way of saying.
void write_version(measure::Board& board);

}  // namespace heapreel::runner
