// The greatest values a reel may declare. Checked before anything is allocated or trusted (docs/reel-format.md).
#pragma once

#include <cstdint>

namespace heapreel::reel::limits {

inline constexpr uint64_t kEventsPerBlock = 1U << 20;
inline constexpr uint64_t kLanesPerBlock = 1U << 15;
inline constexpr uint64_t kThreads = 1U << 24;
inline constexpr uint64_t kBlockBodyBytes = 64U << 20;
inline constexpr uint64_t kColumnsPerBlock = 64;
inline constexpr uint64_t kMetadataBytes = 16U << 20;

// A column's uncompressed size is bounded by what its block's events can need, never by a compression ratio: honest
// columns compress beyond 100:1. Five numbers of nine bytes is the most a single event writes into one column.
constexpr uint64_t column_bytes(uint64_t events) { return 48 * events + 4096; }

}  // namespace heapreel::reel::limits
