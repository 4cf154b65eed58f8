// The call stacks of a block's allocations, as one number each. Encoder and decoder are twins.
//
//   0        none
//   1, n     a stack that joins the block's list: zigzag(its number - the number that joined before it)
//   2 + k    the k-th of the list, from 0
//
// A program allocates from few places, in the same order again and again. Places in a list that only grows keep those
// habits as repeating strings for the compressor, where a list that moves the latest to the front would hide them; and
// the busiest stacks, which come first, take a byte.
#pragma once

#include <span>

#include "trace_format/base/flat_map.h"
#include "trace_format/codec/value_column.h"
#include "trace_format/event/event.h"

namespace heapreel::reel {

class StackEncoder {
 public:
  // Writes the stacks of all events that allocate; nothing at all if none has one.
  void encode(std::span<const Event> events, ValueSink& sink);

 private:
  void put(uint32_t stack, ValueSink& sink);

  base::FlatMap<uint32_t> places_;  // stack -> its place in the block's list
  uint32_t last_joined_ = 0;
};

// Gives the events their stacks. False if the numbers are not those of these events. The list holds at most a number
// for each event.
bool decode_stacks(ValueSource source, std::span<Event> events);

}  // namespace heapreel::reel
