// The clock that the allocator under test reads.
//
// The runner defines clock_gettime and its kin itself, so that an allocator's calls come here. Normally they are passed
// on; in Pace::kVirtual they show recorded time, so that what an allocator does by time (purging) happens where it
// would have happened in the program. Sleeps are counted and not warped: a library's background threads run on real
// time.
#pragma once

#include <cstdint>

namespace heapreel::runner {

struct ClockCounts {
  uint64_t readings = 0;
  uint64_t sleeps = 0;
};

// From now on the clocks of elapsed time show the moment of this call plus recorded time.
void begin_virtual_time(const uint64_t* now_ns);
ClockCounts clock_counts();

}  // namespace heapreel::runner
