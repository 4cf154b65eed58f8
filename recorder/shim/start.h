// Start-up: finding the allocator, the collector and its pool; the process's record. All of it at the first call or in
// the constructor, whichever comes first, and none of it ever again.
#pragma once

#include "recorder/ring/pool.h"

namespace heapreel::shim {

// True when there is a pool. Calls made meanwhile by the same thread are served and not recorded.
bool start_once();

// Takes a record for this process image (or child of fork) and a fresh arena.
void adopt_process(ring::Origin origin);

// The process is not recorded any more; its calls go straight on.
void leave_session();

}  // namespace heapreel::shim
