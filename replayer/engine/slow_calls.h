// The list of a lane's slowest calls (measure/slow_calls_format.h), filled in the latency pass.
//
// The loop compares with the list's floor and nothing else; only a call above it comes here, after its time was taken.
// In a stream without a trend that is some 20 * ln(calls / 20) times. Never allocates.
#pragma once

#include "replayer/engine/engine.h"

namespace heapreel::engine {

[[gnu::noinline, gnu::cold]] void note_slow_call(Thread& thread, measure::CallGroup group, const plan::Op& op,
                                                 uint64_t took_ticks);

}  // namespace heapreel::engine
