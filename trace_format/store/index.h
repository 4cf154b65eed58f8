// Where each block of a reel is and what it covers. Written once, at the end of a reel; whoever opens a reel without a
// sound index builds the same list from the block headers.
#pragma once

#include <vector>

#include "trace_format/base/result.h"
#include "trace_format/store/block_body.h"

namespace heapreel::reel {

struct BlockEntry {
  uint64_t offset = 0;  // of the header
  uint64_t sequence = 0;
  uint64_t first_time = 0;
  uint64_t last_time = 0;
  uint64_t first_event = 0;  // events in the blocks before it, in file order
  uint32_t events = 0;
  uint32_t thread = 0;
  uint32_t body_bytes = 0;
  BlockType type = BlockType::kMetadata;

  uint64_t end() const { return offset + sizeof(BlockHeader) + body_bytes; }
  bool holds_events() const { return is_capture(type) || type == BlockType::kPacked; }
};

// The index columns: six number columns, one number per block.
enum class IndexColumn : uint8_t {
  kType = 0,
  kBodyWords = 2,  // body bytes / 8: blocks follow each other without gaps
  kEvents = 4,
  kThread = 6,
  kFirstTime = 8,  // signed step from the block before
  kSpan = 10,      // last time - first time
};
inline constexpr unsigned kIndexColumnIds = 12;

BlockEntry entry_of(const BlockHeader& header, uint64_t offset);

void encode_index(const std::vector<BlockEntry>& entries, BodyPacker& packer);

// Rebuilds the entries of a reel whose first block stands right behind the file header and whose index block stands at
// `index_offset`.
base::Result<std::vector<BlockEntry>> decode_index(const BodyUnpacker& columns, uint64_t index_offset);

}  // namespace heapreel::reel
