// Keeps the plan's pages in memory just before they are needed, and lets them go afterwards.
//
// A small plan is mapped in at once. Of a large one a helper thread brings in the extents that each thread will reach
// next and gives back those it has left, so that the measured threads neither wait for the disk nor fault, and the
// runner's resident file pages stay bounded, whatever the size of the plan.
#pragma once

#include "replayer/engine/engine.h"

namespace heapreel::runner {

void start_reading_ahead(int plan_fd, engine::Engine& engine);

}  // namespace heapreel::runner
