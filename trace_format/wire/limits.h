// The greatest values a reel may declare. Checked before anything is allocated or trusted (docs/reel-format.md).
#pragma once

#include <cstdint>

namespace heapreel::reel::limits {

inline constexpr uint64_t kEventsPerBlock = 1U << 20;
inline constexpr uint64_t kLanesPerBlock = 1U << 15;
inline constexpr uint64_t kThreads = 1U << 24;  // serials are below this
inline constexpr uint64_t kBlockBodyBytes = 64U << 20;
inline constexpr uint64_t kColumnsPerBlock = 64;
inline constexpr uint64_t kMetadataBytes = 16U << 20;     // one metadata message, uncompressed
inline constexpr uint64_t kMetadataBytesAll = 64U << 20;  // all of a reel's together

// The uncompressed size of a block is bounded by what its events can need, never by a compression ratio: honest columns
// compress beyond 100:1. An event writes at most some 70 bytes over all columns.
constexpr uint64_t event_columns_bytes(uint64_t events) { return 128 * events + 65536; }

}  // namespace heapreel::reel::limits
