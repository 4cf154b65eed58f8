// The machine a recording is made on: what another machine must know to judge a replay of it.
#pragma once

#include "trace_format/wire/reel.pb.h"

namespace heapreel::observe {

// Whatever cannot be found out is left at zero or empty. `libc` is the recorder's own, not that of a container.
reel::proto::Machine read_machine();

}  // namespace heapreel::observe
