// Bins that widen with the values they hold: 2^kSubBits of them to every doubling. A bin goes by the greatest value in
// it, so that a power of two is the end of its bin. The values up to 2^kSubBits have bins of their own.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace heapreel::reel {

template <unsigned kSubBits>
struct LogBins {
  static constexpr uint64_t kParts = uint64_t{1} << kSubBits;
  static constexpr size_t kCount = kParts + 1 + (64 - kSubBits) * kParts;

  static constexpr size_t index(uint64_t value) {
    if (value <= kParts) return value;
    const uint64_t below = value - 1;
    const auto shift = static_cast<unsigned>(std::bit_width(below)) - 1 - kSubBits;
    return kParts + 1 + shift * kParts + ((below >> shift) & (kParts - 1));
  }

  // The greatest value in a bin.
  static constexpr uint64_t max_of(size_t index) {
    if (index <= kParts) return index;
    const size_t place = index - kParts - 1;
    const uint64_t steps = kParts + place % kParts + 1;
    return index + 1 == kCount ? ~uint64_t{0} : steps << (place / kParts);
  }
};

using SizeBins = LogBins<2>;
using LifetimeBins = LogBins<1>;

}  // namespace heapreel::reel
