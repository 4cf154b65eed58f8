// Reads the slots of a chunk: the twin of the shim's record.h and note.cc.
//
// Total: whatever stands in the chunk, the reader ends, stays inside it, and hands on only what can be an event; what
// cannot is counted. It reads up to the first slot that is empty or not yet whole and empties what it has read.
#pragma once

#include <cstdint>
#include <span>

#include "recorder/collector/clock.h"
#include "recorder/ring/slot.h"
#include "trace_format/event/event.h"

namespace heapreel::collector {

// What the reader hands on. Times are raw stamps, made whole.
class SlotSink {
 public:
  virtual ~SlotSink() = default;
  // Events come in runs; `thread` of each is not set. A stack is the thread's own number of it.
  virtual void events(std::span<reel::Event> run) = 0;
  virtual void note(ring::Note note, uint32_t small, std::span<const uint64_t> words, uint64_t stamp) = 0;
  virtual void nonsense(uint64_t slots) = 0;
};

// Reads from slot `from` on and returns the first slot that was not read.
uint32_t read_slots(std::span<ring::Slot> chunk, uint32_t from, const SessionClock& clock, SlotSink& sink);

}  // namespace heapreel::collector
