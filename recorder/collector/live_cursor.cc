// From a file to the merge.
#include "recorder/collector/live_cursor.h"

#include "trace_format/store/block_reader.h"

namespace heapreel::collector {

base::Status LiveCursor::advance(const std::string& path, uint64_t time) {
  const auto file = reel::ReelFile::open(path);
  if (!file) return base::fail(file.error());
  for (const reel::BlockEntry& entry : file->blocks()) {
    if (entry.sequence < next_sequence_) continue;
    next_sequence_ = entry.sequence + 1;
    if (reel::is_capture(entry.type) && entry.events != 0) merge_.add(entry);
  }
  reel::BlockReader reader(*file);
  return merge_.advance([&](const auto& entry, auto& into) { return reader.read(entry, into); }, time);
}

}  // namespace heapreel::collector
