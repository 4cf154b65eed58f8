// A reel as its content alone, in a form that a fuzzer can change without breaking a checksum:
//
//   block = type u8 | events u16 | thread u8 | first_time u32 | span u16 | columns u8 | column ...
//   column = id u8 | codec and flags u8 (bit 0 zstd, bit 1 optional) | raw_bytes u16 (0: as stored) | bytes u16 | bytes
//
// Hashes, sizes, sequence numbers, index and trailer are put right around it.
#pragma once

#include "tests/trace_format/raw_reel.h"

namespace heapreel::tests {

class SealedReader {
 public:
  explicit SealedReader(base::Bytes bytes) : left_(bytes) {}

  // Appends the next block to the reel; false at the end.
  bool next(RawReel& reel) {
    if (left_.empty()) return false;
    const auto type = static_cast<reel::BlockType>(take<uint8_t>());
    const uint32_t events = take<uint16_t>();
    const uint32_t thread = take<uint8_t>();
    const uint64_t first_time = take<uint32_t>();
    const uint64_t span = take<uint16_t>();
    RawColumns columns(take<uint8_t>() % 65);
    for (RawColumn& column : columns) read(column);
    reel.block(type, columns, events, [&](reel::BlockHeader& header) {
      header.thread = thread;
      header.first_time = first_time;
      header.last_time = first_time + span;
    });
    return true;
  }

 private:
  void read(RawColumn& column) {
    column.id = take<uint8_t>();
    const auto how = take<uint8_t>();
    column.codec = (how & 1) != 0 ? reel::ColumnCodec::kZstd : reel::ColumnCodec::kRaw;
    column.flags = (how & 2) != 0 ? reel::kOptionalColumn : uint16_t{0};
    column.raw_bytes = take<uint16_t>();
    const size_t bytes = std::min<size_t>(take<uint16_t>(), left_.size());
    column.stored.assign(left_.begin(), left_.begin() + static_cast<ptrdiff_t>(bytes));
    left_ = left_.subspan(bytes);
  }

  template <class Number>
  Number take() {
    Number value = 0;
    const size_t bytes = std::min(sizeof value, left_.size());
    std::memcpy(&value, left_.data(), bytes);
    left_ = left_.subspan(bytes);
    return value;
  }

  base::Bytes left_;
};

}  // namespace heapreel::tests
