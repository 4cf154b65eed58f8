// How far up a thread's stack may be read, learnt without allocating, locking or reading /proc.
//
// Invariant: every byte from `sp` to readable_end(bounds, sp) is mapped and readable for as long as the caller stands
// on that stack. What is known of glibc's stacks gives the upper ends: the main thread's lies below __libc_stack_end,
// any other's below its thread pointer, because glibc puts struct pthread at the top of the stack's own mapping
// (nptl/allocatestack.c, TLS_TCB_AT_TP; true of pthread_attr_setstack, too). On any other stack - signal stack,
// coroutine
// - only the page we stand on is trusted.
// Absent: pthread_getattr_np, which allocates, locks, and opens /proc/self/maps for the main thread.
#pragma once

#include <cstdint>

namespace heapreel::stacks {

// One per thread, zero at first. A forked child may keep its copy: its stack is a copy, too.
struct StackBounds {
  uint64_t low = 0;  // [low, high) is this thread's own stack, and was seen to be readable
  uint64_t high = 0;
  uint64_t floor = 0;  // no part of the stack lies below; 0 while unknown
};

// Tells which thread is the main one. Call it once, on the main thread, before any other function here.
void learn_main_thread();

// The cold half of readable_end(): asks the kernel page by page (rt_sigprocmask reads its argument before it finds its
// first one invalid) how far down the stack goes. Once for each page of a thread's depth; errno stays as it was.
[[gnu::noinline, gnu::cold]] uint64_t learn_bounds(StackBounds& bounds, uint64_t sp);

// The first address that may not be read; `sp` is an address in the calling function's own frame.
inline uint64_t readable_end(StackBounds& bounds, uint64_t sp) {
  if (sp - bounds.low < bounds.high - bounds.low) [[likely]]
    return bounds.high;
  return learn_bounds(bounds, sp);
}

// Whether `sp` lies on the thread's own stack, as readable_end() has just learnt it.
inline bool on_own_stack(const StackBounds& bounds, uint64_t sp) { return sp - bounds.low < bounds.high - bounds.low; }

// Whether the thread stands on its signal stack. A system call.
bool on_signal_stack();

// Whether the stack can be too small for an unwinder. Costs a system call on a stack that is not the thread's own.
inline bool may_be_narrow(StackBounds& bounds, uint64_t sp) {
  (void)readable_end(bounds, sp);
  return !on_own_stack(bounds, sp) && on_signal_stack();
}

}  // namespace heapreel::stacks
