// What an event can carry beyond itself: the number of its call stack, and how long the call took; both only when asked
// for, both by sampling if asked so.
#pragma once

#include "recorder/shim/state.h"

namespace heapreel::shim {

// Loads the unwinder if one is wanted. At start-up only.
void prepare_stacks(const ring::PoolOptions& options);

// The number of the calling stack; writes its definition first if the thread has not met it lately. 0: not sampled.
uint32_t stack_of_call(ThreadSlot& thread, uint64_t size);

// Whether this call's duration is wanted.
bool is_timed(ThreadSlot& thread);

// In a child of fork: numbers start anew.
void forget_stacks(ThreadSlot& thread);

}  // namespace heapreel::shim
