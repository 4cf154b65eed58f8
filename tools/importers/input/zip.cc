// The directory of a .zip (PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.4).
#include "tools/importers/input/zip.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace heapreel::importers {
namespace {

constexpr size_t kEndBytes = 22;
constexpr size_t kCommentBytesMax = 65535;
constexpr size_t kEntryBytes = 46;
constexpr size_t kLocalBytes = 30;
constexpr uint64_t kDirectoryBytesMax = 16U << 20;
constexpr uint32_t kEndMagic = 0x06054B50;
constexpr uint32_t kEntryMagic = 0x02014B50;
constexpr uint32_t kLocalMagic = 0x04034B50;
constexpr uint32_t kEnd64Magic = 0x06064B50;
constexpr uint32_t kIn64 = 0xFFFFFFFF;  // the number stands in a record of its own, with 64 bits
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;

struct Entry {
  std::string name;
  uint16_t flags = 0;
  uint16_t method = 0;
  uint32_t crc32 = 0;
  uint64_t packed_bytes = 0;
  uint64_t bytes = 0;
  uint64_t offset = 0;  // of its local header
};

struct Archive {
  base::Fd fd;
  std::string path;
  std::string what;
  uint64_t bytes = 0;
};

tl::unexpected<base::Error> refuse(const Archive& archive, std::string why, std::string hint) {
  return base::fail(
      {.code = base::ErrorCode::kBadInput, .what = archive.what, .why = std::move(why), .hint = std::move(hint)});
}
tl::unexpected<base::Error> damaged(const Archive& archive) {
  return refuse(archive, "the zip archive is damaged or cut off", "copy it again from where it was made");
}

base::Result<base::Buffer> piece_of(const Archive& archive, uint64_t offset, uint64_t bytes) {
  if (offset > archive.bytes || bytes > archive.bytes - offset) return damaged(archive);
  base::Buffer piece(bytes);
  const auto got = base::read_at(archive.fd, offset, piece, archive.path);
  if (!got) return base::fail(got.error());
  if (*got != bytes) return damaged(archive);
  return piece;
}

// Where the directory lies, by the record that ends the archive.
struct Directory {
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

// Archives beyond 4 GiB: a locator of 20 bytes before the end names a record of 64-bit numbers.
base::Result<Directory> find_directory64(const Archive& archive, uint64_t end_offset) {
  if (end_offset < 20) return damaged(archive);
  auto locator = piece_of(archive, end_offset - 20, 20);
  if (!locator) return base::fail(std::move(locator).error());
  auto record = piece_of(archive, base::load_le<uint64_t>(locator->data() + 8), 56);
  if (!record) return base::fail(std::move(record).error());
  if (base::load_le<uint32_t>(record->data()) != kEnd64Magic) return damaged(archive);
  return Directory{.offset = base::load_le<uint64_t>(record->data() + 48),
                   .bytes = base::load_le<uint64_t>(record->data() + 40)};
}

base::Result<Directory> find_directory(const Archive& archive) {
  const uint64_t tail_bytes = std::min<uint64_t>(archive.bytes, kEndBytes + kCommentBytesMax);
  auto tail = piece_of(archive, archive.bytes - tail_bytes, tail_bytes);
  if (!tail) return base::fail(std::move(tail).error());
  for (size_t at = tail->size() - std::min(tail->size(), kEndBytes) + 1; at-- > 0;) {
    const uint8_t* end = tail->data() + at;
    if (tail->size() - at < kEndBytes || base::load_le<uint32_t>(end) != kEndMagic) continue;
    const Directory directory{.offset = base::load_le<uint32_t>(end + 16), .bytes = base::load_le<uint32_t>(end + 12)};
    if (directory.offset != kIn64) return directory;
    return find_directory64(archive, archive.bytes - tail_bytes + at);
  }
  return damaged(archive);
}

// The 64-bit numbers of an entry, in the order of those that did not fit, from its extra field of id 1.
void widen(Entry& entry, base::Bytes extra) {
  while (extra.size() >= 4) {
    const auto id = base::load_le<uint16_t>(extra.data());
    const size_t bytes = std::min<size_t>(base::load_le<uint16_t>(extra.data() + 2), extra.size() - 4);
    base::Bytes numbers = extra.subspan(4, bytes);
    extra = extra.subspan(4 + bytes);
    if (id != 1) continue;
    for (uint64_t* number : {&entry.bytes, &entry.packed_bytes, &entry.offset}) {
      if (*number != kIn64 || numbers.size() < 8) continue;
      *number = base::load_le<uint64_t>(numbers.data());
      numbers = numbers.subspan(8);
    }
  }
}

// Takes the first entry off the directory, or nothing if it is none.
std::optional<Entry> take_entry(base::Bytes& directory) {
  if (directory.size() < kEntryBytes || base::load_le<uint32_t>(directory.data()) != kEntryMagic) return {};
  const uint8_t* at = directory.data();
  const size_t name_bytes = base::load_le<uint16_t>(at + 28);
  const size_t extra_bytes = base::load_le<uint16_t>(at + 30);
  const size_t all = kEntryBytes + name_bytes + extra_bytes + base::load_le<uint16_t>(at + 32);
  if (all > directory.size()) return {};
  Entry entry{.name = std::string(reinterpret_cast<const char*>(at) + kEntryBytes, name_bytes),
              .flags = base::load_le<uint16_t>(at + 8),
              .method = base::load_le<uint16_t>(at + 10),
              .crc32 = base::load_le<uint32_t>(at + 16),
              .packed_bytes = base::load_le<uint32_t>(at + 20),
              .bytes = base::load_le<uint32_t>(at + 24),
              .offset = base::load_le<uint32_t>(at + 42)};
  widen(entry, directory.subspan(kEntryBytes + name_bytes, extra_bytes));
  directory = directory.subspan(all);
  return entry;
}

// The one entry that is a file; folders do not count.
base::Result<Entry> only_file(const Archive& archive, base::Bytes directory) {
  std::optional<Entry> found;
  size_t files = 0;
  while (!directory.empty()) {
    auto entry = take_entry(directory);
    if (!entry) return damaged(archive);
    if (entry->name.ends_with('/')) continue;
    if (++files == 1) found = std::move(entry);
  }
  if (files == 1) return std::move(*found);
  return refuse(archive, files == 0 ? "the zip archive is empty" : fmt::format("the zip archive holds {} files", files),
                files == 0 ? "name an archive with a trace in it" : "unpack it, and import them one by one");
}

}  // namespace

base::Result<std::unique_ptr<ByteSource>> open_zip(base::Fd fd, const std::string& path) {
  Archive archive{.fd = std::move(fd), .path = path, .what = fmt::format("cannot import {}", path)};
  const auto size = base::size_of(archive.fd, path);
  if (!size) return base::fail(size.error());
  archive.bytes = *size;
  const auto place = find_directory(archive);
  if (!place) return base::fail(place.error());
  if (place->bytes > kDirectoryBytesMax) return damaged(archive);
  const auto directory = piece_of(archive, place->offset, place->bytes);
  if (!directory) return base::fail(directory.error());
  const auto entry = only_file(archive, *directory);
  if (!entry) return base::fail(entry.error());
  if ((entry->flags & 1) != 0) return refuse(archive, "the zip archive is encrypted", "unpack it first");
  if (entry->method != kStored && entry->method != kDeflated)
    return refuse(archive, fmt::format("the zip archive uses compression method {}", entry->method), "unpack it first");
  const auto local = piece_of(archive, entry->offset, kLocalBytes);
  if (!local) return base::fail(local.error());
  if (base::load_le<uint32_t>(local->data()) != kLocalMagic) return damaged(archive);
  const uint64_t data = entry->offset + kLocalBytes + base::load_le<uint16_t>(local->data() + 26) +
                        base::load_le<uint16_t>(local->data() + 28);
  if (data > archive.bytes || entry->packed_bytes > archive.bytes - data) return damaged(archive);
  std::unique_ptr<ByteSource> file =
      std::make_unique<FileSource>(std::move(archive.fd), path, data, entry->packed_bytes);
  if (entry->method == kDeflated) file = expand_deflate(std::move(file), archive.what);
  return check_sum(std::move(file), archive.what, entry->bytes, entry->crc32);
}

}  // namespace heapreel::importers
