// What became of a run, in words: one sentence for the table, and lines for whoever has to find the cause.
#pragma once

#include <string>

#include "replayer/lab/run.h"

namespace heapreel::lab {

// Fills in `failure` and `detail`; both stay empty if the run is good. `printed` is what the runner printed.
void describe(RunOutcome& outcome, const RunRequest& request, const std::string& printed);

// "malloc", "realloc", "touch": a plan::Kind by name.
std::string kind_name(uint32_t kind);

// "thread 3 (serial 17): waits for a block of another thread, in the stretch at op 1234 of 99000", a line per thread.
std::string positions_text(const BoardMemory& board, const PlanRef& plan);

}  // namespace heapreel::lab
