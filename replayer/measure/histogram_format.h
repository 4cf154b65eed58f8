// Latency histograms: log-linear, 32 sub-buckets to a power of two, in clock ticks. Plain memory that two processes
// map.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace heapreel::measure {

inline constexpr uint32_t kSubBucketBits = 5;
inline constexpr uint32_t kSubBuckets = 1U << kSubBucketBits;
inline constexpr uint32_t kBuckets =
    (40 - kSubBucketBits + 1) * kSubBuckets;  // up to 2^40 ticks; the last takes the rest

constexpr uint32_t bucket_of(uint64_t ticks) {
  if (ticks < kSubBuckets) return static_cast<uint32_t>(ticks);
  const auto exponent = static_cast<uint32_t>(std::bit_width(ticks)) - kSubBucketBits - 1;
  const uint32_t bucket = exponent * kSubBuckets + static_cast<uint32_t>(ticks >> exponent);
  return bucket < kBuckets ? bucket : kBuckets - 1;
}

// The least number of ticks that falls into a bucket.
constexpr uint64_t bucket_low(uint32_t bucket) {
  if (bucket < 2 * kSubBuckets) return bucket;
  const uint32_t exponent = bucket / kSubBuckets - 1;
  return uint64_t{bucket - exponent * kSubBuckets} << exponent;
}

struct Histogram {
  uint64_t count[kBuckets];
  uint64_t max_ticks;
};

// What a histogram is of: kind of call x size class x whether the block's last op was another thread's.
enum class CallGroup : uint8_t { kMalloc, kCalloc, kRealloc, kAligned, kNew, kFree, kDelete, kUsableSize };
inline constexpr size_t kCallGroups = 8;
inline constexpr size_t kSizeClasses = 6;  // up to 64, 512, 4096, 32768, 262144 bytes, and above. Frees: 0 unless sized
inline constexpr size_t kHistograms = kCallGroups * kSizeClasses * 2;

constexpr uint32_t size_class_of(uint64_t bytes) {
  const auto width = static_cast<uint32_t>(std::bit_width(bytes > 0 ? bytes - 1 : 0));
  return width <= 6 ? 0 : (width >= 19 ? 5 : (width - 4) / 3);
}
static_assert(size_class_of(64) == 0 && size_class_of(65) == 1 && size_class_of(512) == 1 && size_class_of(513) == 2 &&
              size_class_of(4096) == 2 && size_class_of(32768) == 3 && size_class_of(262144) == 4 &&
              size_class_of(262145) == 5);

constexpr size_t histogram_index(CallGroup group, uint32_t size_class, bool remote) {
  return (static_cast<size_t>(group) * kSizeClasses + size_class) * 2 + (remote ? 1 : 0);
}

}  // namespace heapreel::measure
