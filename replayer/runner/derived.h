// Entry points that an allocator does not have, made of those it has.
#pragma once

#include "replayer/engine/calls.h"

namespace heapreel::runner {

// reallocarray becomes realloc, sized frees become free, aligned forms become one another. What cannot be made, like
// malloc_usable_size, stays null.
void derive_missing(engine::Calls& calls);

}  // namespace heapreel::runner
