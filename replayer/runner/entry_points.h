// The entry points of the process's malloc, and the proof that they belong to the allocator that was asked for.
//
// A missing preload only makes the loader print a line and run the C library's malloc: so every entry point is looked
// up and its file compared. What an allocator does not have itself is made of what it has (docs/methodology.md), never
// taken from another one.
#pragma once

#include "replayer/engine/calls.h"
#include "replayer/measure/board_format.h"
#include "replayer/plan/plan_format.h"

namespace heapreel::runner {

// Fills the table and the board's identity. False when the run is refused: the board's trouble says why.
bool find_entry_points(measure::Board& board, const plan::PlanHeader& plan, engine::Calls& calls);

}  // namespace heapreel::runner
