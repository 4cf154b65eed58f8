// Opening a reel the quick way: header, trailer, index. What happens without a sound index is in recovery.cc.
#include "trace_format/store/reel_file.h"

#include <algorithm>
#include <fmt/format.h>

#include "trace_format/base/hash.h"
#include "trace_format/store/metadata.h"
#include "trace_format/wire/limits.h"

namespace heapreel::reel {
namespace {

template <class Fixed>
bool hash_holds(const Fixed& fixed) {
  return fixed.hash == base::xxh64(base::as_bytes(&fixed, sizeof fixed - sizeof fixed.hash));
}

tl::unexpected<base::Error> not_a_reel(
    const std::string& path, std::string why,
    std::string hint = "other tools' traces become reels by `heapreel import --from FORMAT`") {
  return base::fail({.code = base::ErrorCode::kBadInput,
                     .what = fmt::format("cannot open {}", path),
                     .why = std::move(why),
                     .hint = std::move(hint)});
}

}  // namespace

base::Result<ReelFile> ReelFile::open(const std::string& path) {
  auto fd = base::open_for_reading(path);
  if (!fd) return base::fail(std::move(fd).error());
  const auto bytes = base::size_of(*fd, path);
  if (!bytes) return base::fail(bytes.error());
  ReelFile file(path, std::move(*fd), *bytes);
  HEAPREEL_TRY(file.read_file_header());
  if (file.header_sound_ && file.load_index()) {
    file.sealed_ = true;
  } else {
    HEAPREEL_TRY(file.hop());
  }
  file.note_unknown_blocks();
  HEAPREEL_TRY(file.require_known_features());
  return file;
}

// A damaged header is damage, not an end: the blocks stand on their own.
base::Status ReelFile::read_file_header() {
  if (bytes_ == 0) return not_a_reel(path_, "the file is empty", "nothing of it can be saved: make the reel again");
  FileHeader header;
  const auto got = base::read_at(fd_, 0, {reinterpret_cast<uint8_t*>(&header), sizeof header}, path_);
  if (!got) return base::fail(got.error());
  const size_t magic_bytes = std::min(*got, kFileMagic.size());
  const bool magic_holds = std::equal(kFileMagic.begin(), kFileMagic.begin() + magic_bytes, header.magic.begin());
  if (*got < sizeof header) {
    if (!magic_holds) return not_a_reel(path_, "it is not a reel");
    note(*got, 0, fmt::format("the file ends after {} bytes, within its header", *got));
    return {};
  }
  header_sound_ = magic_holds && hash_holds(header);
  if (header_sound_) {
    header_ = header;
    return {};
  }
  const auto first = scan_for_block(0);
  if (!first) return base::fail(first.error());
  if (*first == bytes_ && !magic_holds) return not_a_reel(path_, "it is not a reel");
  note(0, sizeof header, "the file header is damaged");
  return {};
}

base::Status ReelFile::require_known_features() const {
  if (header_sound_ && header_.major == kVersionMajor && header_.header_bytes != sizeof header_)
    return base::fail({.code = base::ErrorCode::kUnsupported,
                       .what = fmt::format("cannot read {}", path_),
                       .why = fmt::format("its header has {} bytes, not {}", header_.header_bytes, sizeof header_),
                       .hint = "a newer heapreel can read it"});
  const uint64_t unknown = header_.incompatible & ~kKnownIncompatible;
  if (!header_sound_ || (header_.major == kVersionMajor && unknown == 0)) return {};
  std::string names = feature_names(*this, unknown);
  if (header_.major != kVersionMajor) names = fmt::format("format version {}.{}", header_.major, header_.minor);
  return base::fail({.code = base::ErrorCode::kUnsupported,
                     .what = fmt::format("cannot read {}", path_),
                     .why = fmt::format("it needs {}, which this version does not know", names),
                     .hint = "a newer heapreel can read it"});
}

// A block that a reader may not pass over and that this one does not know: what it holds is missing.
void ReelFile::note_unknown_blocks() {
  for (const BlockEntry& entry : blocks_) {
    const bool known = entry.holds_events() || entry.type == BlockType::kMetadata || entry.type == BlockType::kPrivate;
    if (known || entry.type >= BlockType::kFirstSkippable) continue;
    note(entry.offset, entry.end() - entry.offset,
         fmt::format("a block of unknown type {}", static_cast<int>(entry.type)));
  }
}

base::Status ReelFile::load_index() {
  const auto damaged = [](uint64_t at) { return base::bad_input("damaged index", "trailer or index is damaged", at); };
  if (bytes_ < sizeof(FileHeader) + sizeof(BlockHeader) + sizeof(Trailer)) return damaged(bytes_);
  Trailer trailer;
  const uint64_t at = bytes_ - sizeof trailer;
  const auto got = base::read_at(fd_, at, {reinterpret_cast<uint8_t*>(&trailer), sizeof trailer}, path_);
  if (!got) return base::fail(got.error());
  if (*got != sizeof trailer || trailer.magic != kTrailerMagic || !hash_holds(trailer) || trailer.file_bytes != bytes_)
    return damaged(at);
  BlockHeader header;
  const auto found = header_at(trailer.index_offset, header);
  if (!found) return base::fail(found.error());
  const BlockEntry index = entry_of(header, trailer.index_offset);
  if (!*found || header.type != BlockType::kIndex || index.end() != at) return damaged(trailer.index_offset);
  HEAPREEL_TRY(require_known_layout(header));
  base::Buffer body;
  HEAPREEL_TRY(read_body(index, header, body));
  BodyUnpacker columns;
  HEAPREEL_TRY(columns.unpack(header.columns, body, kIndexColumnIds, bytes_ + 4096));
  auto entries = decode_index(columns, trailer.index_offset);
  if (!entries) return base::fail(std::move(entries).error());
  if (entries->size() != header.sequence) return damaged(trailer.index_offset);
  blocks_ = std::move(*entries);
  return {};
}

// Reads the block header at `offset`. False if there is none: only the file's own failure is an Error.
base::Result<bool> ReelFile::header_at(uint64_t offset, BlockHeader& header) const {
  if (offset + sizeof header > bytes_ || offset % kBlockAlignment != 0) return false;
  const auto got = base::read_at(fd_, offset, {reinterpret_cast<uint8_t*>(&header), sizeof header}, path_);
  if (!got) return base::fail(got.error());
  return *got == sizeof header && header.sync == kBlockSync && hash_holds(header) &&
         (!header_sound_ || header.tag == base::load_le<uint32_t>(header_.id.data())) &&
         header.body_bytes <= limits::kBlockBodyBytes && header.body_bytes % kBlockAlignment == 0 &&
         header.events <= limits::kEventsPerBlock && header.thread < limits::kThreads &&
         header.first_time <= header.last_time;
}

base::Result<BlockHeader> ReelFile::read_header(const BlockEntry& entry) const {
  BlockHeader header;
  const auto found = header_at(entry.offset, header);
  if (!found) return base::fail(found.error());
  const bool agrees = *found && header.type == entry.type && header.body_bytes == entry.body_bytes &&
                      header.events == entry.events && header.thread == entry.thread &&
                      header.first_time == entry.first_time && header.last_time == entry.last_time &&
                      header.sequence == entry.sequence;
  if (!agrees) return base::bad_input("damaged block", "its header is damaged", entry.offset);
  return header;
}

base::Status ReelFile::read_body(const BlockEntry& entry, const BlockHeader& header, base::Buffer& body) const {
  const uint64_t at = entry.offset + sizeof(BlockHeader);
  if (at + header.body_bytes > bytes_) return base::bad_input("damaged block", "the file ends within it", entry.offset);
  body.resize(header.body_bytes);
  const auto got = base::read_at(fd_, at, body, path_);
  if (!got) return base::fail(got.error());
  if (*got != body.size()) return base::bad_input("damaged block", "the file ends within it", entry.offset);
  if (base::xxh64(body) != header.body_hash)
    return base::bad_input("damaged block", "its checksum is wrong", entry.offset);
  return {};
}

void ReelFile::note(uint64_t offset, uint64_t bytes, std::string what) {
  damage_.push_back({.offset = offset, .bytes = bytes, .events_lost = 0, .what = std::move(what)});
}

}  // namespace heapreel::reel
