// Everything a replay stands on: board and plan mapped, slots, stacks and thread records in shared mappings.
#pragma once

#include "replayer/engine/engine.h"

namespace heapreel::runner {

// The two files, mapped. Null pointers and a message on standard error if they are not what they should be.
struct Script {
  measure::Board* board = nullptr;
  const plan::PlanHeader* plan = nullptr;
  int plan_fd = -1;
};
Script map_script(int board_fd, int plan_fd);

// Fills in the engine; what could not be made ends the process with a note on the board.
void set_stage(const Script& script, const engine::Calls& calls, engine::Engine& engine);

}  // namespace heapreel::runner
