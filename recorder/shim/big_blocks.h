// Blocks whose pages are of interest: a small table of live blocks of 64 KiB and more, and a filter before it, so that
// a free of any other block costs one load. What the table cannot hold goes unwatched; nothing else depends on it.
#pragma once

#include "recorder/shim/state.h"

namespace heapreel::shim {

enum Occasion : uint32_t { kAtFree = 1, kAtRealloc = 2, kAtExit = 3 };

void watch_big_block(uint64_t address, uint64_t bytes);

// If the block is watched: writes how many of its pages are resident and forgets it.
void note_big_block_end(ThreadSlot& thread, uint64_t address, Occasion occasion);

// Writes the same for all that are live, at exit.
void note_all_big_blocks(ThreadSlot& thread);

}  // namespace heapreel::shim
