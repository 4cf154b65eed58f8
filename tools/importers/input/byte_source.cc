// Plain files, and what kind a file is.
#include "tools/importers/input/byte_source.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/importers/input/zip.h"

namespace heapreel::importers {
namespace {

// Also a skippable frame may stand first in a zstd file.
bool is_zstd(uint32_t magic) { return magic == 0xFD2FB528U || (magic & 0xFFFFFFF0U) == 0x184D2A50U; }
bool is_gzip(uint32_t magic) { return (magic & 0xFFFFU) == 0x8B1FU; }
// A member's header, or the end of an archive that has none.
bool is_zip(uint32_t magic) { return magic == 0x04034B50U || magic == 0x06054B50U; }

}  // namespace

base::Result<size_t> FileSource::read(std::span<uint8_t> into) {
  if (bytes_left_ < into.size()) into = into.first(static_cast<size_t>(bytes_left_));
  const auto got = base::read_at(fd_, offset_, into, path_);
  if (!got) return got;
  offset_ += *got;
  bytes_left_ -= *got;
  return got;
}

base::Result<std::unique_ptr<ByteSource>> open_source(const std::string& path) {
  auto fd = base::open_for_reading(path);
  if (!fd) return base::fail(std::move(fd).error());
  std::array<uint8_t, 4> first{};
  const auto got = base::read_at(*fd, 0, first, path);
  if (!got) return base::fail(got.error());
  const auto magic = *got == first.size() ? base::load_le<uint32_t>(first.data()) : uint32_t{0};
  std::string what = fmt::format("cannot import {}", path);
  if (is_zip(magic)) return open_zip(std::move(*fd), path);
  auto plain = std::make_unique<FileSource>(std::move(*fd), path);
  if (is_gzip(magic)) return expand_gzip(std::move(plain), std::move(what));
  if (is_zstd(magic)) return expand_zstd(std::move(plain), std::move(what));
  return plain;
}

}  // namespace heapreel::importers
