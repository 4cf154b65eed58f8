// The body of a block: a directory of columns and their bytes, each column compressed on its own. Packer and unpacker
// are twins and keep their buffers from block to block.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "trace_format/base/bytes.h"
#include "trace_format/base/result.h"
#include "trace_format/codec/value_column.h"
#include "trace_format/wire/wire.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace heapreel::reel {

// Fails if the body's layout is of a version that this reader does not know.
base::Status require_known_layout(const BlockHeader& header);

// Compression of a block's columns: a zstd level, or kUncompressed.
inline constexpr int kUncompressed = 0;

class BodyPacker {
 public:
  explicit BodyPacker(int level);
  ~BodyPacker();

  void clear();
  // Adds a column; an empty one is left out.
  void add(uint8_t id, base::Bytes bytes, uint16_t flags = 0);
  // The finished body, valid until the next clear().
  base::Bytes finish();
  uint16_t columns() const { return static_cast<uint16_t>(directory_.size()); }

 private:
  int level_;
  std::unique_ptr<ZSTD_CCtx_s, size_t (*)(ZSTD_CCtx_s*)> context_;
  std::vector<DirectoryEntry> directory_;
  base::Buffer data_;
  base::Buffer body_;
};

class BodyUnpacker {
 public:
  static constexpr unsigned kIds = 64;

  BodyUnpacker();
  ~BodyUnpacker();

  // Unpacks a body whose hash has been checked. Columns with an id of `known_ids` or more are left out if optional and
  // refused if not. All columns together may hold at most `raw_bytes_max` bytes.
  base::Status unpack(uint16_t columns, base::Bytes body, unsigned known_ids, uint64_t raw_bytes_max);

  // The bytes of a column, followed by kValuePadding readable bytes; empty if absent.
  base::Bytes column(unsigned id) const { return columns_[id]; }
  const std::array<base::Bytes, kIds>& all() const { return columns_; }

 private:
  base::Status read_directory(uint16_t columns, base::Bytes body, uint64_t raw_bytes_max);
  base::Status expand(const DirectoryEntry& entry, base::Bytes stored, uint64_t offset);

  std::unique_ptr<ZSTD_DCtx_s, size_t (*)(ZSTD_DCtx_s*)> context_;
  std::vector<DirectoryEntry> directory_;
  base::Buffer raw_;
  size_t raw_used_ = 0;
  std::array<base::Bytes, kIds> columns_{};
};

}  // namespace heapreel::reel
