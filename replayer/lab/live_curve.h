// The live bytes that a replay really had: stretches in the order of their clock readings, against the order of the
// record. Gate 3 stands on it.
//
// Within a stretch the plan says by how much its ops exceed the level at its start; the ops of other threads' stretches
// meanwhile count as a whole. Both orders are taken alike, so that what differs is order and nothing else.
#pragma once

#include <span>

#include "replayer/lab/plan_walk.h"

namespace heapreel::lab {

struct LiveFigures {
  uint64_t peak_bytes = 0;
  double mean_bytes = 0;  // weighted by recorded time
  uint64_t stretches = 0;
};

// How far threads may be apart (measure::RunOrders); 0 ops: not at all.
struct Window {
  uint64_t ops = 0;
  uint64_t ns = 0;
};

struct LiveCurves {
  LiveFigures replayed{};
  LiveFigures recorded{};
  uint64_t swing_bytes = 0;  // the most that threads move the level, each for itself, within a window of the record
};

// `log` as on the board. Stretches that were not reached count in neither order.
LiveCurves live_curves(const PlanMap& map, std::span<const uint64_t> log, uint32_t log_every,
                       const Window& window = {});

}  // namespace heapreel::lab
