// The twins of block_body.h.
#include "trace_format/store/block_body.h"

#include <algorithm>
#include <fmt/format.h>
#include <zstd.h>

#include "trace_format/wire/limits.h"

namespace heapreel::reel {
namespace {

tl::unexpected<base::Error> damaged(std::string why, uint64_t offset) {
  return base::bad_input("damaged block", std::move(why), offset);
}

}  // namespace

base::Status require_known_layout(const BlockHeader& header) {
  if (header.version == BlockHeader{}.version) return {};
  return base::fail({.code = base::ErrorCode::kUnsupported,
                     .what = "cannot read a block",
                     .why = "its layout is of a newer version",
                     .hint = "a newer heapreel can read it"});
}

BodyPacker::BodyPacker(int level) : level_(level), context_(ZSTD_createCCtx(), ZSTD_freeCCtx) {
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
}
BodyPacker::~BodyPacker() = default;

void BodyPacker::clear() {
  directory_.clear();
  data_.clear();
}

void BodyPacker::add(uint8_t id, base::Bytes bytes, uint16_t flags) {
  if (bytes.empty()) return;
  DirectoryEntry entry{.id = id, .flags = flags, .raw_bytes = static_cast<uint32_t>(bytes.size())};
  const size_t at = data_.size();
  size_t stored = bytes.size();
  if (level_ != kUncompressed) {
    data_.resize(at + ZSTD_compressBound(bytes.size()));
    stored = ZSTD_compress2(context_.get(), data_.data() + at, data_.size() - at, bytes.data(), bytes.size());
  }
  if (level_ != kUncompressed && !ZSTD_isError(stored) && stored < bytes.size()) {
    entry.codec = ColumnCodec::kZstd;
    data_.resize(at + stored);
  } else {
    stored = bytes.size();
    data_.resize(at);
    base::append(data_, bytes);
  }
  entry.stored_bytes = static_cast<uint32_t>(stored);
  directory_.push_back(entry);
}

base::Bytes BodyPacker::finish() {
  body_.clear();
  base::append(body_, base::as_bytes(directory_.data(), directory_.size() * sizeof(DirectoryEntry)));
  base::append(body_, data_);
  body_.resize(base::align_up(body_.size(), kBlockAlignment));
  return body_;
}

BodyUnpacker::BodyUnpacker() : context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {}
BodyUnpacker::~BodyUnpacker() = default;

base::Status BodyUnpacker::unpack(uint16_t columns, base::Bytes body, unsigned known_ids, uint64_t raw_bytes_max) {
  columns_.fill({});
  HEAPREEL_TRY(read_directory(columns, body, raw_bytes_max));
  raw_used_ = 0;
  uint64_t at = directory_.size() * sizeof(DirectoryEntry);
  for (const DirectoryEntry& entry : directory_) {
    if (entry.id < known_ids)
      HEAPREEL_TRY(expand(entry, body.subspan(at, entry.stored_bytes), at));
    else if ((entry.flags & kOptionalColumn) == 0)
      return base::fail({.code = base::ErrorCode::kUnsupported,
                         .what = "cannot read a block",
                         .why = fmt::format("it needs column {}, which this version does not know", entry.id),
                         .hint = "a newer heapreel can read it",
                         .offset = at});
    at += entry.stored_bytes;
  }
  return {};
}

base::Status BodyUnpacker::read_directory(uint16_t columns, base::Bytes body, uint64_t raw_bytes_max) {
  const uint64_t directory_bytes = uint64_t{columns} * sizeof(DirectoryEntry);
  if (columns > limits::kColumnsPerBlock || directory_bytes > body.size()) return damaged("impossible directory", 0);
  directory_.resize(columns);
  if (columns > 0) std::memcpy(directory_.data(), body.data(), directory_bytes);
  uint64_t stored = directory_bytes;
  uint64_t raw = 0;
  for (const DirectoryEntry& entry : directory_) {
    stored += entry.stored_bytes;
    raw += entry.raw_bytes + kValuePadding;
    if (entry.codec > ColumnCodec::kZstd) return damaged("unknown column codec", 0);
  }
  if (base::align_up(stored, kBlockAlignment) != body.size()) return damaged("directory and body disagree", 0);
  const base::Bytes padding = body.subspan(stored);
  if (std::any_of(padding.begin(), padding.end(), [](uint8_t byte) { return byte != 0; }))
    return damaged("padding is not zero", stored);
  if (raw > raw_bytes_max)
    return base::over_limit("damaged block", fmt::format("its columns would expand to {} bytes", raw), 0);
  if (raw_.size() < raw) raw_.resize(raw);
  return {};
}

base::Status BodyUnpacker::expand(const DirectoryEntry& entry, base::Bytes stored, uint64_t offset) {
  if (!columns_[entry.id].empty() || entry.raw_bytes == 0) return damaged("a column stands twice or is empty", offset);
  uint8_t* const to = raw_.data() + raw_used_;
  if (entry.codec == ColumnCodec::kRaw) {
    if (stored.size() != entry.raw_bytes) return damaged("a raw column has two sizes", offset);
    std::memcpy(to, stored.data(), stored.size());
  } else {
    if (ZSTD_getFrameContentSize(stored.data(), stored.size()) != entry.raw_bytes)
      return damaged("a column's frame has another size", offset);
    const size_t got = ZSTD_decompressDCtx(context_.get(), to, entry.raw_bytes, stored.data(), stored.size());
    if (ZSTD_isError(got)) return damaged(ZSTD_getErrorName(got), offset);
    if (got != entry.raw_bytes) return damaged("a column is cut short", offset);
  }
  std::memset(to + entry.raw_bytes, 0, kValuePadding);
  columns_[entry.id] = {to, entry.raw_bytes};
  raw_used_ += entry.raw_bytes + kValuePadding;
  return {};
}

}  // namespace heapreel::reel
