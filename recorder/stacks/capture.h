// From a call of malloc to a stack's number: bounds, walk and cache together, as the shim uses them.
//
// Budget, per call over none: frame pointers 16 ns at depth 10 and 48 at depth 25; libunwind 105 and 215
// (./dev bench stacks). A known stack stores nothing but its hash, over itself.
#pragma once

#include "recorder/stacks/frame_walk.h"
#include "recorder/stacks/sample_clock.h"
#include "recorder/stacks/stack_bounds.h"
#include "recorder/stacks/stack_cache.h"
#include "recorder/stacks/unwinder.h"

namespace heapreel::stacks {

// What a thread keeps for its stacks; ready for use once `cache` (and `clock`, when sampling) is assigned in zeroed
// memory. One capture at a time: a signal handler that allocates meanwhile must find the caller's guard set.
struct ThreadStacks {
  StackBounds bounds;
  SampleClock clock;
  StackCache cache;
  uint64_t frames[kDepthMax + Unwinder::kOwnFramesMax];
};

struct Captured {
  uint32_t number = kNoStack;
  uint32_t depth = 0;                // of a stack that needs a definition; 0 if it is known
  const uint64_t* frames = nullptr;  // of a stack that needs one: return addresses, the innermost first
};

// `frame` is this_frame() of the hook; `depth_max` is at most kDepthMax.
inline Captured capture_by_frame_pointers(ThreadStacks& thread, const Frame* frame, uint32_t depth_max) {
  const uint64_t end = readable_end(thread.bounds, address_of(frame));
  const StackHash stack = hash_frames(frame, end, depth_max);
  const StackCache::Found found = thread.cache.find_or_claim(stack.hash);
  if (found.known) [[likely]]
    return {.number = found.number, .depth = 0, .frames = nullptr};
  return {.number = found.number, .depth = walk_frames(frame, end, depth_max, thread.frames), .frames = thread.frames};
}

// The same by unwind tables. A signal stack can be too small for that: there, the caller alone is taken.
[[gnu::always_inline]] inline Captured capture_by_unwinder(ThreadStacks& thread, const Unwinder& unwinder,
                                                           const Frame* frame, uint32_t depth_max) {
  const uint64_t caller = frame->return_address;
  Unwound stack{.frames = thread.frames, .depth = 1};
  if (may_be_narrow(thread.bounds, address_of(frame))) [[unlikely]]
    thread.frames[0] = caller;
  else
    stack = unwinder.unwind(caller, depth_max, thread.frames);
  const StackCache::Found found = thread.cache.find_or_claim(hash_of(stack.frames, stack.depth));
  return {.number = found.number, .depth = found.known ? 0 : stack.depth, .frames = stack.frames};
}

}  // namespace heapreel::stacks
