// Events by hand, short enough that a test reads as a story: who did what, when, to which object.
#pragma once

#include <vector>

#include "trace_format/event/event.h"

namespace heapreel::tests {

using reel::Event;
using reel::Op;

inline Event malloc_of(uint64_t time, uint32_t thread, uint64_t size, uint64_t object) {
  return {.time = time, .size = size, .object = object, .thread = thread, .op = Op::kMalloc};
}

inline Event free_of(uint64_t time, uint32_t thread, uint64_t object) {
  return {.time = time, .object = object, .thread = thread, .op = Op::kFree};
}

// A realloc that ends at `time` and began `duration` ticks before. In a capture, `to` equal to `from` stays in place.
inline Event realloc_of(uint64_t time, uint32_t thread, uint64_t size, uint64_t from, uint64_t to,
                        uint32_t duration = 0) {
  return {.time = time,
          .size = size,
          .object = to,
          .old_object = from,
          .thread = thread,
          .duration = duration,
          .op = Op::kRealloc,
          .flags = from == to ? uint8_t{0} : uint8_t{reel::kMoved}};
}

// An event that names no object: a mark, a gap, the start or the end of a thread.
inline Event note_of(uint64_t time, uint32_t thread, Op op, uint64_t size = 0) {
  return {.time = time, .size = size, .thread = thread, .op = op};
}

inline Event with(Event event, Op op, uint8_t flags = 0, uint8_t align_log2 = 0) {
  event.op = op;
  event.flags = flags;
  event.align_log2 = align_log2;
  return event;
}

// The numbers of all kinds for which `wanted` holds.
template <class Wanted>
std::vector<Op> kinds_where(Wanted wanted) {
  std::vector<Op> kinds;
  for (int op = 0; op < reel::kOpLimit; ++op)
    if (reel::is_known(static_cast<uint8_t>(op)) && wanted(reel::kOpTraits[op])) kinds.push_back(static_cast<Op>(op));
  return kinds;
}

}  // namespace heapreel::tests
