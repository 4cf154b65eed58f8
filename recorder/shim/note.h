// Records of more than one slot: wide events, thread starts, gaps, pages of big blocks, marks, the shim's own time.
#pragma once

#include "recorder/shim/state.h"
#include "recorder/stacks/frame_walk.h"

namespace heapreel::shim {

// An event with everything it can have.
struct Call {
  uint64_t op = 0;
  uint8_t flags = 0;  // reel::Flag
  uint8_t align_log2 = 0;
  uint64_t address = 0;
  uint64_t size = 0;
  uint64_t old_address = 0;
  uint64_t begun = 0;  // stamps
  uint64_t done = 0;
  const stacks::Frame* frame = nullptr;  // of the entry point, while the call lasts; null: its stack is not wanted
  uint32_t guard = 0;                    // of the thread before the call
  bool is_recorded = false;
};

// Writes the call in as few slots as it fits; counts it as lost when there is no room.
void write_call(ThreadSlot& thread, const Call& call);

// Counts an event that is not recorded, for the next gap note and for the collector.
void lose(ThreadState& state);

// Writes a note; false when it was lost.
bool write_note(ThreadSlot& thread, ring::Note note, uint32_t small, const uint64_t* words, uint32_t count);

// First thing in a new chunk: the gap before it and the shim's own time, if there is any to tell.
void note_state(ThreadSlot& thread);

}  // namespace heapreel::shim
