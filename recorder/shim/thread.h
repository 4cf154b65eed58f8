// A thread's life in the shim: known at its first call, ended by its key destructor; and a process's: a child of fork
// becomes a process of its own at its first event.
#pragma once

#include "recorder/shim/state.h"

namespace heapreel::shim {

// Makes a fresh thread known. False when there is no memory for it: it stays unrecorded.
bool adopt_thread(ThreadSlot& thread);

// Called where a thread finds its state wiped: this is a child of fork. The thread has a chunk afterwards, or false.
bool adopt_child(ThreadSlot& thread);

// The key destructor. Runs in every round, so that what other destructors do is still recorded.
void thread_ends(void* unused);

// The kernel's id of the calling thread; 0 when the kernel must not be entered.
uint32_t kernel_tid();

bool may_enter_kernel();

// The clock, or the best there is for a thread that must not read it.
uint64_t read_stamp(const ThreadSlot& thread);

}  // namespace heapreel::shim
