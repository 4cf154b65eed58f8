// The block list of a reel without a sound index: hop from header to header, and where one is damaged, search for the
// next by its sync word. Reads 64 bytes a block while hopping; scanning reads the damaged stretch once.
#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

#include "trace_format/store/reel_file.h"

namespace heapreel::reel {
namespace {

constexpr size_t kScanBytesFirst = 1U << 12;  // most damage is small; a long search reads in larger and larger steps
constexpr size_t kScanBytesMax = 1U << 20;

}  // namespace

base::Status ReelFile::hop() {
  uint64_t at = sizeof(FileHeader);
  uint64_t blocks_written = 0;  // as the index knows, if there is one
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
    const BlockEntry entry = entry_of(header, at);
    if (entry.end() > bytes_) {
      note(at, bytes_ - at, fmt::format("the file ends within a block of {} events", header.events));
      damage_.back().events_lost = header.events;
      put_in_order(header.sequence);
      return {};
    }
    ended = header.type == BlockType::kIndex;
    at = entry.end();
    if (ended)
      blocks_written = header.sequence;
    else
      blocks_.push_back(entry);
  }
  if (ended)
    note(at, bytes_ - at, "the index or the trailer is damaged: the blocks were found one by one");
  else
    note(bytes_, 0, "the file ends without an index: writing it was interrupted, or the end was cut off");
  put_in_order(blocks_written);
  return {};
}

// The offset of the next block header at or behind `from`, or the file's size. Holes of a sparse file are not read.
base::Result<uint64_t> ReelFile::scan_for_block(uint64_t from) const {
  base::Buffer window(kScanBytesFirst);
  for (uint64_t at = base::align_up(from, kBlockAlignment); at < bytes_;) {
    const off_t data = ::lseek(fd_.get(), static_cast<off_t>(at), SEEK_DATA);
    if (data > static_cast<off_t>(at)) at = static_cast<uint64_t>(data) & ~(kBlockAlignment - 1);
    if (data < 0 && errno == ENXIO) break;  // nothing but a hole
    const auto got = base::read_at(fd_, at, window, path_);
    if (!got) return base::fail(got.error());
    for (size_t i = 0; i + sizeof(uint32_t) <= *got; i += kBlockAlignment) {
      if (base::load_le<uint32_t>(window.data() + i) != kBlockSync) continue;
      BlockHeader header;
      const auto found = header_at(at + i, header);
      if (!found) return base::fail(found.error());
      if (*found) return at + i;
    }
    at += window.size();
    window.resize(std::min(window.size() * 2, kScanBytesMax));
  }
  return bytes_;
}

// Blocks are numbered in the order of writing. One that stands elsewhere is put in its place, one that stands twice is
// used once, and a hole in the numbers is a block that nobody can find any more.
void ReelFile::put_in_order(uint64_t blocks_written) {
  const auto earlier = [](const BlockEntry& a, const BlockEntry& b) { return a.sequence < b.sequence; };
  if (const auto stray = std::is_sorted_until(blocks_.begin(), blocks_.end(), earlier); stray != blocks_.end())
    note(stray->offset, 0, "the blocks stand out of order");
  std::stable_sort(blocks_.begin(), blocks_.end(), earlier);
  std::vector<BlockEntry> kept;
  uint64_t expected = 0;
  uint64_t first_event = 0;
  for (BlockEntry& entry : blocks_) {
    if (!kept.empty() && entry.sequence == kept.back().sequence) {
      note(entry.offset, entry.end() - entry.offset, "a block whose number stood before");
      continue;
    }
    note_missing_blocks(entry.offset, expected, entry.sequence);
    expected = entry.sequence + 1;
    entry.first_event = first_event;
    if (entry.holds_events()) first_event += entry.events;
    kept.push_back(entry);
  }
  note_missing_blocks(kept.empty() ? sizeof(FileHeader) : kept.back().end(), expected, blocks_written);
  blocks_ = std::move(kept);
}

void ReelFile::note_missing_blocks(uint64_t offset, uint64_t expected, uint64_t found) {
  if (found <= expected) return;
  const uint64_t missing = found - expected;
  note(offset, 0, fmt::format("{} block{} missing before this place", missing, missing == 1 ? " is" : "s are"));
}

}  // namespace heapreel::reel
