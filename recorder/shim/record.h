// The hot path: one event becomes one slot.
//
// Budget, one thread, x86-64: 14 instructions for the slot, one line written, a time stamp (rdtsc) at every event, or
// at every 16th while the process has one thread; the whole hook adds 4 to 6 ns, 8 to 10 with a stamp each, on a quiet
// machine. Measure with `./dev bench record`; tests/shim disassembles what is made of this file.
//
// A slot is reserved by one instruction before it is written, so a signal handler that allocates in between takes the
// next one. Nothing here allocates, locks, calls, or enters the kernel.
#pragma once

#include "recorder/shim/state.h"
#include "trace_format/event/op.h"

namespace heapreel::shim {

// Writes the event when there was no room for it: next chunk, child of a fork.
[[gnu::noinline, gnu::cold]] void record_beyond_limit(ThreadSlot& thread, reel::Op op, uint64_t address, uint64_t size);
// Writes an event that does not fit a slot, or whose block is so big that its pages are of interest.
[[gnu::noinline, gnu::cold]] void record_at_length(ThreadSlot& thread, reel::Op op, uint64_t address, uint64_t size);

inline uint64_t read_clock() {
  uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return uint64_t{high} << 32 | low;
}

// Not atomic between threads, and need not be; atomic for a signal handler of this thread, as it is one instruction.
[[gnu::always_inline]] inline ring::Slot* reserve(ThreadState* state, uint32_t slots = 1) {
  uint64_t step = slots * sizeof(ring::Slot);
  asm("xaddq %0, %1" : "+r"(step), "+m"(state->cursor) : : "memory");
  return reinterpret_cast<ring::Slot*>(step);
}

inline constexpr uint64_t kSparseMask = 15 * sizeof(ring::Slot);  // of a slot's address: 0 in every 16th

[[gnu::always_inline]] inline uint64_t stamp_for(ThreadState* state, const ring::Slot* at) {
  // In step with the cursor: no counter of its own. A mask of 0 makes every slot a 16th.
  const uintptr_t mask = *g_shim.single_threaded != 0 ? kSparseMask : 0;
  if ((reinterpret_cast<uintptr_t>(at) & mask) == 0) state->stamp = read_clock();
  return state->stamp;
}

[[gnu::always_inline]] inline void record(ThreadSlot& thread, reel::Op op, uint64_t address, uint64_t size) {
  if (((address & ring::kUnslottableAddress) | size >> 16) != 0) [[unlikely]]
    return record_at_length(thread, op, address, size);
  ThreadState* const state = thread.state;
  ring::Slot* const at = reserve(state);
  if (at >= state->limit) [[unlikely]]
    return record_beyond_limit(thread, op, address, size);
  const uint64_t stamp = stamp_for(state, at);
  ring::put(at, ring::head_of(static_cast<uint64_t>(op), address, stamp), ring::body_of(size, stamp));
}

// A free is written before it is done; a block whose pages are watched says how many were resident.
[[gnu::always_inline]] inline void record_free(ThreadSlot& thread, reel::Op op, uint64_t address, uint64_t size) {
  if (g_shim.big_filter[big_filter_index(address)] != 0) [[unlikely]]
    return record_at_length(thread, op, address, size);
  record(thread, op, address, size);
}

}  // namespace heapreel::shim
