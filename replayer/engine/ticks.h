// The clock of a replay: the processor's time-stamp counter, unfenced (docs/methodology.md says what that hides).
#pragma once

#include <cstdint>
#include <x86intrin.h>

namespace heapreel::engine {

inline uint64_t ticks() { return __rdtsc(); }
inline void relax() { _mm_pause(); }

}  // namespace heapreel::engine
