// A collector that nobody launched: a program that was started with the shim and HEAPREEL_OUT in its environment asks
// for one (shim/spawn_collector.cc).
//
//   program - starts -> helper - forks, exits -> guardian - forks -> collector
//
// The program waits for the helper and keeps nothing. The guardian outlives the collector: if that is killed it lets
// the program go on unrecorded and mends the reels.
#pragma once

#include "recorder/collector/options.h"
#include "trace_format/base/result.h"

namespace heapreel::collector {

// Called in the helper, with our end of the program's socket. When this returns without an Error the recording has
// begun, or is about to: the helper shall exit.
base::Status collect_alone(const RecordOptions& options, int socket);

}  // namespace heapreel::collector
