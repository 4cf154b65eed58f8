// Choosing the stream that fits a reel.
#include "trace_format/resolve/event_stream.h"

#include <algorithm>

#include "trace_format/resolve/capture_stream.h"
#include "trace_format/resolve/packed_stream.h"
#include "trace_format/store/metadata.h"

namespace heapreel::reel {

base::Result<std::unique_ptr<EventStream>> open_events(const ReelFile& file, base::WorkerPool& pool,
                                                       const StreamOptions& options) {
  const auto has = [&file](BlockType type) {
    return std::any_of(file.blocks().begin(), file.blocks().end(),
                       [type](const BlockEntry& entry) { return entry.type == type; });
  };
  if (!has(BlockType::kCapture)) return std::make_unique<PackedStream>(file, pool, options);
  if (has(BlockType::kPacked))
    return base::bad_input("cannot read " + file.path(), "it mixes capture and packed blocks");
  const auto metadata = read_metadata(file);
  if (!metadata) return base::fail(metadata.error());
  const uint64_t hz = metadata->shared.clock().ticks_per_second();
  return std::make_unique<CaptureStream>(file, pool, options, hz != 0 ? hz : 1'000'000'000);
}

}  // namespace heapreel::reel
