// What an event can carry beyond itself: the number of its call stack, and how long the call took; both only when asked
// for, both by sampling if asked so.
#pragma once

#include "recorder/shim/state.h"
#include "recorder/stacks/frame_walk.h"

namespace heapreel::shim {

// At start-up, on the main thread.
void prepare_stacks(const ring::PoolOptions& options);

// In the constructor, when the loader can be asked: tells the images, loads the unwinder if one is wanted (until then
// there are no stacks). What that allocates is recorded as the loader's own.
void begin_stacks(ThreadSlot& thread);

// The number of the stack from `frame`, the entry point's, on; writes its definition first if the thread has not met it
// lately. 0: not sampled.
uint32_t stack_of_call(ThreadSlot& thread, const stacks::Frame* frame, uint64_t size);

// Whether this call's duration is wanted.
bool is_timed(ThreadSlot& thread);

// At a thread's end: whoever gets its state numbers stacks anew. (A child of fork finds none: they are not inherited.)
void forget_stacks(ThreadSlot& thread);

}  // namespace heapreel::shim
