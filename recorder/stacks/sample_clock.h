// Which allocations get a call stack when only one in so many bytes shall (--stacks-every 512K).
//
// Samples fall on the allocated bytes as a Poisson process, one in M on average; an allocation is taken if one falls on
// it. So one of s bytes is taken with probability p(s) = 1 - exp(-s/M), whatever was allocated before: no pattern of
// sizes can hide from it. A sum over all allocations is estimated without bias by the sum over the taken
// ones, each with weight 1/p(s): count 1/p(s), bytes s/p(s). Empty allocations count as one byte.
// The steps from sample to sample are geometric, drawn by inversion with a table of logarithms. Absent: libm.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace heapreel::stacks {

namespace detail {

inline constexpr unsigned kLogBits = 8;

// ln(x) for x in [1, 2], by the series of artanh((x-1)/(x+1)): good to 1e-15 after 16 terms.
constexpr double natural_log(double x) {
  const double ratio = (x - 1) / (x + 1);
  double power = ratio;
  double sum = 0;
  for (int term = 1; term < 32; term += 2) {
    sum += power / term;
    power *= ratio * ratio;
  }
  return 2 * sum;
}

inline constexpr double kLn2 = natural_log(2);

constexpr auto make_log_table() {
  std::array<double, (1U << kLogBits) + 1> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = natural_log(1 + static_cast<double>(i) / static_cast<double>(1U << kLogBits));
  return table;
}
inline constexpr auto kLogTable = make_log_table();

}  // namespace detail

// -ln(bits / 2^64), interpolated: the error stays below 2e-6. `bits` is not 0.
inline double minus_log_of_fraction(uint64_t bits) {
  const int leading = std::countl_zero(bits);
  const uint64_t fraction = (bits << leading) << 1;  // of the mantissa, the leading one shifted out
  const auto index = static_cast<std::size_t>(fraction >> (64 - detail::kLogBits));
  const double rest = static_cast<double>(static_cast<uint32_t>(fraction << detail::kLogBits >> 32)) * 0x1p-32;
  const double low = detail::kLogTable[index];
  return (leading + 1) * detail::kLn2 - (low + (detail::kLogTable[index + 1] - low) * rest);
}

// One per thread. Not for two threads at once.
class SampleClock {
 public:
  SampleClock() = default;
  // `every` is M in bytes, 0 or 1: every allocation. Threads need different seeds.
  SampleClock(uint64_t every, uint64_t seed) : every_(every), random_(seed) { draw(); }

  // Whether the allocation of so many bytes is taken.
  bool take(uint64_t size) {
    const uint64_t bytes = size + (size == 0);
    if (bytes <= before_next_) [[likely]] {
      before_next_ -= bytes;
      return false;
    }
    draw();
    return true;
  }

 private:
  // splitmix64 (Steele, Lea, Flood 2014).
  uint64_t random() {
    uint64_t mixed = (random_ += 0x9E3779B97F4A7C15U);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
  }

  [[gnu::noinline, gnu::cold]] void draw() {
    if (every_ > 1)
      before_next_ = static_cast<uint64_t>(minus_log_of_fraction(random() | 1) * static_cast<double>(every_));
  }

  uint64_t before_next_ = 0;  // bytes that are no samples, before the next that is
  uint64_t every_ = 0;
  uint64_t random_ = 0;
};

}  // namespace heapreel::stacks
