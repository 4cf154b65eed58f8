// The block list of a reel without a sound index: hop from header to header, and where one is damaged, search for the
// next by its sync word. Reads 64 bytes a block while hopping; scanning reads the damaged stretch once.
#include <fmt/format.h>

#include "trace_format/store/reel_file.h"

namespace heapreel::reel {
namespace {

constexpr size_t kScanBytes = 1U << 20;

}  // namespace

base::Status ReelFile::hop() {
  uint64_t at = sizeof(FileHeader);
  uint64_t first_event = 0;
  bool ended = false;
  while (at < bytes_) {
    BlockHeader header;
    const auto found = header_at(at, header);
    if (!found) return base::fail(found.error());
    if (!*found) {
      if (ended && bytes_ - at <= sizeof(Trailer)) break;
      const auto next = scan_for_block(at);
      if (!next) return base::fail(next.error());
      note(at, *next - at, "damaged bytes where a block should begin");
      at = *next;
      continue;
    }
    BlockEntry entry = entry_of(header, at);
    if (entry.end() > bytes_) {
      note(at, bytes_ - at, fmt::format("the file ends within a block of {} events", header.events));
      damage_.back().events_lost = header.events;
      return {};
    }
    ended = header.type == BlockType::kIndex;
    at = entry.end();
    entry.first_event = first_event;
    if (entry.holds_events()) first_event += entry.events;
    if (!ended) blocks_.push_back(entry);
  }
  if (ended)
    note(at, bytes_ - at, "the index or the trailer is damaged: the blocks were found one by one");
  else
    note(bytes_, 0, "the file ends without an index: writing it was interrupted, or the end was cut off");
  return {};
}

// The offset of the next block header at or behind `from`, or the file's size.
base::Result<uint64_t> ReelFile::scan_for_block(uint64_t from) const {
  base::Buffer window(kScanBytes);
  for (uint64_t at = base::align_up(from, kBlockAlignment); at < bytes_; at += kScanBytes) {
    const auto got = base::read_at(fd_, at, window, path_);
    if (!got) return base::fail(got.error());
    for (size_t i = 0; i + sizeof(uint32_t) <= *got; i += kBlockAlignment) {
      if (base::load_le<uint32_t>(window.data() + i) != kBlockSync) continue;
      BlockHeader header;
      const auto found = header_at(at + i, header);
      if (!found) return base::fail(found.error());
      if (*found) return at + i;
    }
  }
  return bytes_;
}

// Blocks are numbered: a hole in the numbers is a block that nobody can find any more.
void ReelFile::note_missing_blocks() {
  uint64_t expected = 0;
  for (const BlockEntry& entry : blocks_) {
    if (entry.sequence > expected)
      note(entry.offset, 0, fmt::format("{} blocks before this one are missing", entry.sequence - expected));
    expected = entry.sequence + 1;
  }
}

}  // namespace heapreel::reel
