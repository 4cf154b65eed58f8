// Clock ticks and nanoseconds, exactly: products need 128 bits.
#pragma once

#include <cstdint>

namespace heapreel::base {

inline constexpr uint64_t kNsPerSecond = 1'000'000'000;

// floor(value * numerator / denominator), saturating.
inline uint64_t scale(uint64_t value, uint64_t numerator, uint64_t denominator, bool round_up = false) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{value} * numerator + (round_up ? denominator - 1 : 0);
  const Wide quotient = product / denominator;
  return quotient > ~uint64_t{0} ? ~uint64_t{0} : static_cast<uint64_t>(quotient);
}

inline uint64_t ticks_to_ns(uint64_t ticks, uint64_t ticks_per_second) {
  return scale(ticks, kNsPerSecond, ticks_per_second);
}

// Rounded up, so that no event at or after `ns` lies before the result.
inline uint64_t ns_to_ticks(uint64_t ns, uint64_t ticks_per_second) {
  return scale(ns, ticks_per_second, kNsPerSecond, true);
}

}  // namespace heapreel::base
