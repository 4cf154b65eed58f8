// A thread's chunk: taken from the pool, given to the collector when it is full. Cold: once in 4096 events.
//
// Rules: a thread that owns nothing is never made to wait while a small chunk is free; a thread waits only while the
// collector has chunks to work off and shows that it lives; whoever cannot get a chunk counts what it loses.
#pragma once

#include "recorder/shim/state.h"

namespace heapreel::shim {

// Hands over the thread's chunk, if it has one, and takes the next. False when there is none: the event is lost.
bool next_chunk(ThreadSlot& thread);

// Hands over the thread's chunk as far as it is written; the thread owns none afterwards.
void give_up_chunk(ThreadState& state);

// Reserves `slots` slots in one chunk; null when they are lost. At most kSmallBytes / 16 - 8.
ring::Slot* reserve_slots(ThreadSlot& thread, uint32_t slots);

}  // namespace heapreel::shim
