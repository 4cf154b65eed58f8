// Choosing the stream that fits a reel.
#include "trace_format/resolve/event_stream.h"

#include <algorithm>

#include "trace_format/resolve/capture_stream.h"
#include "trace_format/resolve/packed_stream.h"
#include "trace_format/store/metadata.h"

namespace heapreel::reel {

base::Result<std::unique_ptr<EventStream>> open_events(const ReelFile& file, base::WorkerPool& pool,
                                                       const StreamOptions& options) {
  const auto captured = [](const BlockEntry& entry) { return is_capture(entry.type); };
  const auto packed = [](const BlockEntry& entry) { return entry.type == BlockType::kPacked; };
  const std::vector<BlockEntry>& blocks = file.blocks();
  if (std::none_of(blocks.begin(), blocks.end(), captured)) return std::make_unique<PackedStream>(file, pool, options);
  if (std::any_of(blocks.begin(), blocks.end(), packed))
    return base::bad_input("cannot read " + file.path(), "it mixes capture and packed blocks");
  const auto metadata = read_metadata(file);
  if (!metadata) return base::fail(metadata.error());
  const uint64_t hz = metadata->shared.clock().ticks_per_second();
  return std::make_unique<CaptureStream>(file, pool, options, hz != 0 ? hz : 1'000'000'000);
}

}  // namespace heapreel::reel
