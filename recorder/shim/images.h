// What code lies where in this process: each image is told once, so that stacks can be named even of a process that is
// gone before the collector looks at it.
#pragma once

#include "recorder/shim/state.h"

namespace heapreel::shim {

// Tells all images if any was loaded since they were last told. Takes the loader's lock.
void tell_new_images(ThreadSlot& thread);

}  // namespace heapreel::shim
