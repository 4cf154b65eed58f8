// Finding the collector and mapping its pool.
#pragma once

#include "recorder/ring/pool.h"
#include "recorder/ring/session.h"

namespace heapreel::shim {

// False when the process is not to be recorded, or no collector can be reached. Leaves no descriptor open.
bool map_pool(ring::Pool& pool);

// Maps the pool behind `fd` if it is the one that `name` means.
bool map_pool_file(int fd, const ring::SessionName* name, ring::Pool& pool);

// Starts a collector for this process (HEAPREEL_OUT is set) and maps its pool.
bool spawn_collector(const char* out, ring::Pool& pool);

// Receives one descriptor over a connected socket within `seconds`; negative when none came.
int receive_descriptor(int socket, int seconds);

}  // namespace heapreel::shim
