// One event of a reel, as every reader hands it out and every writer takes it in.
//
// An object is named by `object`: in a capture reel that is its address, in a packed reel its number (objects are
// numbered from 1 in the order of their births in replay order). Which of the two it is, the block says; code that only
// compares names need not care.
#pragma once

#include <cstdint>

#include "trace_format/event/op.h"

namespace heapreel::reel {

inline constexpr uint64_t kNoObject = 0;

struct Event {
  uint64_t time = 0;        // clock ticks since the reel's origin: after an allocation returned, before a free began
  uint64_t size = 0;        // bytes asked for; for a sized free the size it was told; else 0
  uint64_t object = 0;      // the object born, freed or read; kNoObject if none
  uint64_t old_object = 0;  // the object a realloc took
  uint32_t thread = 0;      // thread serial
  uint32_t duration = 0;    // ticks from the call's start to `time`, saturating; for a realloc, time - duration is
                            // the moment before which nobody else can own the old block
  Op op = Op::kNone;
  uint8_t flags = 0;       // Flag
  uint8_t align_log2 = 0;  // 0 unless the call named an alignment
  uint8_t reserved = 0;
  uint32_t stack = 0;  // of an allocation: the number of its call stack in the metadata's StackNodes; 0 when unknown

  bool operator==(const Event&) const = default;
};
static_assert(sizeof(Event) == 48);

}  // namespace heapreel::reel
