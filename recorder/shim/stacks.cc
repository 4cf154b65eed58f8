// Stacks and durations of single calls.
#include "recorder/shim/stacks.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "recorder/shim/images.h"
#include "recorder/shim/note.h"
#include "recorder/shim/os.h"
#include "recorder/shim/record.h"
#include "recorder/shim/thread.h"
#include "recorder/stacks/capture.h"

namespace heapreel::shim {

// A thread's table of stacks, in memory that is shared with nobody but does not count as private either.
struct OwnStacks {
  stacks::ThreadStacks stacks;
  uint32_t busy;  // a capture is under way: a handler that interrupts it has no stack
  uint64_t cache[stacks::kCacheEntries];
};

namespace {

stacks::Unwinder g_unwinder;

// Our own copy: a stray store into the pool must not make us overrun a buffer.
ring::StackWalk g_walk = ring::StackWalk::kNone;
uint32_t g_depth = 0;
static_assert(ring::kStackDepthMax == stacks::kDepthMax);

// Null if there is no memory, or the child of a fork has no room for events.
OwnStacks* stacks_of(ThreadSlot& thread) {
  if (thread.state->in_use == 0 && !adopt_child(thread)) return nullptr;
  OwnStacks*& own = g_shim.arena->stacks[thread.state - g_shim.arena->states];
  if (own == nullptr && may_enter_kernel()) own = static_cast<OwnStacks*>(os::map_shared(sizeof(OwnStacks)));
  return own;
}

void set_up(OwnStacks& own, const ThreadSlot& thread) {
  const uint64_t seed = read_stamp(thread) ^ uint64_t { thread.serial } << 32 ^ g_shim.process;
  own.stacks.cache = stacks::StackCache(own.cache, stacks::kCacheEntries);
  own.stacks.clock = stacks::SampleClock(g_shim.header->options.stack_every_bytes, seed);
  own.stacks.bounds = {};
}

// Learning a stack's bounds and unwinding need the kernel. Without it there is the frame pointers' chain on a stack
// that is known already.
bool can_walk(ThreadSlot& thread, OwnStacks& own, const stacks::Frame* frame) {
  const bool unwinds = g_walk == ring::StackWalk::kLibunwind;
  if (unwinds && !g_unwinder.loaded()) return false;
  if ((thread.guard & kSilent) == 0) return true;
  return !unwinds && stacks::on_own_stack(own.stacks.bounds, stacks::address_of(frame));
}

// Writes what the stack's number means from here on. False if that is lost.
bool define(ThreadSlot& thread, const OwnStacks& own, const stacks::Frame* frame, const stacks::Captured& captured) {
  const bool has_room = stacks::on_own_stack(own.stacks.bounds, stacks::address_of(frame));
  if (has_room) tell_new_images(thread);
  uint64_t words[1 + stacks::kDepthMax];
  words[0] = captured.number;
  memcpy(words + 1, captured.frames, captured.depth * sizeof *words);
  return write_note(thread, ring::Note::kStack, captured.depth, words, 1 + captured.depth);
}

}  // namespace

void prepare_stacks(const ring::PoolOptions& options) {
  if (options.stacks == ring::StackWalk::kNone) return;
  const uint32_t depth = options.stack_depth < ring::kStackDepthMax ? options.stack_depth : ring::kStackDepthMax;
  g_depth = depth > 0 ? depth : 1;
  g_walk = options.stacks;
  stacks::learn_main_thread();
  (void)syscall(SYS_getpid);  // ours, which looks for libc's now rather than in the middle of a capture
}

void begin_stacks(ThreadSlot& thread) {
  if (g_walk == ring::StackWalk::kNone) return;
  const uint32_t making = thread.guard & kMaking;
  thread.guard |= kMaking;
  if (g_walk == ring::StackWalk::kLibunwind) g_unwinder.load();
  thread.guard |= kHolding;
  const bool known = (thread.guard & kFresh) == 0 || (is_recording() && adopt_thread(thread));
  if (known && is_recording()) tell_new_images(thread);
  thread.guard = (thread.guard & ~uint32_t{kMaking | kHolding}) | making;
}

// Inlined into nothing: the unwinder's walk begins here, and counts our frames.
[[gnu::noinline]] uint32_t stack_of_call(ThreadSlot& thread, const stacks::Frame* frame, uint64_t size) {
  if (g_walk == ring::StackWalk::kNone) return stacks::kNoStack;
  OwnStacks* const own = stacks_of(thread);
  if (own == nullptr || own->busy != 0) return stacks::kNoStack;
  if (!own->stacks.cache.is_ready()) set_up(*own, thread);
  if (!own->stacks.clock.take(size) || !can_walk(thread, *own, frame)) return stacks::kNoStack;
  own->busy = 1;
  const stacks::Captured captured = g_walk == ring::StackWalk::kFramePointers
                                        ? stacks::capture_by_frame_pointers(own->stacks, frame, g_depth)
                                        : stacks::capture_by_unwinder(own->stacks, g_unwinder, frame, g_depth);
  const bool told = captured.depth == 0 || define(thread, *own, frame, captured);
  if (!told) own->stacks.cache.forget(captured.number);
  own->busy = 0;
  return told ? captured.number : stacks::kNoStack;
}

bool is_timed(ThreadSlot& thread) {
  const uint32_t every = g_shim.header->options.time_calls_every;
  if (every == 0) return false;
  return every == 1 || thread.state->countdown++ % every == 0;
}

void forget_stacks(ThreadSlot& thread) {
  OwnStacks* const own = g_shim.arena->stacks[thread.state - g_shim.arena->states];
  if (own == nullptr) return;
  if (may_enter_kernel())
    os::empty_shared(own, sizeof *own);
  else
    memset(static_cast<void*>(own), 0, sizeof *own);
}

}  // namespace heapreel::shim
