// The slowest calls of a replay, as a runner leaves them on its board. Plain memory that two processes map.
//
// A list belongs to a lane, as a set of histograms does: threads that follow one another in it share the list, and so
// each call says which thread made it. The slowest kSlowCalls of all threads are among the lists' calls.
#pragma once

#include <cstddef>
#include <cstdint>

#include "replayer/measure/histogram_format.h"

namespace heapreel::measure {

inline constexpr size_t kSlowCalls = 20;

struct SlowCall {
  uint64_t ticks;
  uint64_t time_ns;  // recorded time of the stretch it is in
  uint64_t size;     // bytes asked for; 0 of frees that are not told
  uint32_t thread;   // index in the plan
  CallGroup group;
  uint8_t reserved[3];
};
static_assert(sizeof(SlowCall) == 32);

// In no order. While there is room `floor_ticks` is 0, then that of the least of them: what takes no longer is not
// noted.
struct alignas(64) SlowCalls {
  uint64_t floor_ticks;
  uint64_t calls;
  SlowCall call[kSlowCalls];
};

}  // namespace heapreel::measure
