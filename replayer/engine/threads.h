// The threads of a replay: started where the program started them, each performing its extents, ended where it ends.
#pragma once

#include "replayer/engine/engine.h"

namespace heapreel::engine {

// Starts thread `index` of the plan, which must not run yet, as soon as fewer than `alive` threads live: those whose
// end the program waited for before have given back what the allocator keeps for a thread. They end without anybody's
// help.
void spawn(Thread& spawner, uint32_t index, uint64_t alive);

// Performs thread 0 on the calling thread and waits until all others have ended.
void run_main_thread(Engine& engine);

// Before the start: fills in what thread `index` needs to know.
void prepare_thread(Engine& engine, uint32_t index);

// After a verification pass: what was counted where the calls were made.
void copy_counts(measure::Board& board);

}  // namespace heapreel::engine
