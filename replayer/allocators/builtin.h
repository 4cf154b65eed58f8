// Allocators of our own, as reference rows: what a replay costs without one, and what the best conceivable ones would
// do.
//
// They serve the replay's ops only; the rest of the process stays with the C library. All but `null` take memory by
// private mappings, so that it counts like any allocator's.
#pragma once

#include <string_view>

#include "replayer/engine/calls.h"

namespace heapreel::allocators {

// Every block is the same few bytes, and nobody may write to it: the cost of the harness.
engine::Calls null_calls();
// Never reuses memory: a pointer and an addition. The speed of light, at any price in memory.
engine::Calls bump_calls();
// Free lists by size class for each thread: what a hand-written pool would give. What a thread frees, it keeps, until
// it ends and others may take it.
engine::Calls pool_calls();

// By name; a table without malloc for a name that is none of them.
engine::Calls builtin_calls(std::string_view name);

}  // namespace heapreel::allocators
