// MLOGCOL recordings by hand, as tools/importers/mlogcol.h describes them.
#pragma once

#include <array>
#include <vector>
#include <zstd.h>

#include "trace_format/base/bytes.h"

namespace heapreel::tests {

// op, log2 of the alignment, thread, start, duration, size, address, old address, caller
using MlogcolCall = std::array<uint64_t, 9>;

inline void put_leb(base::Buffer& buffer, uint64_t value) {
  for (; value >= 0x80; value >>= 7) buffer.push_back(static_cast<uint8_t>(value | 0x80));
  buffer.push_back(static_cast<uint8_t>(value));
}

template <class Number>
void put_number(base::Buffer& buffer, Number value) {
  base::append(buffer, base::as_bytes(&value, sizeof value));
}

inline base::Buffer mlogcol_of(const std::vector<MlogcolCall>& calls) {
  base::Buffer file;
  base::append(file, base::as_bytes("MLOGCOL1", 8));
  put_number(file, uint64_t{calls.size()});
  put_number(file, uint64_t{123'456'789});
  for (size_t column = 0; column < 9; ++column) {
    base::Buffer bytes;
    uint64_t last = 0;
    for (const MlogcolCall& call : calls) {
      put_leb(bytes, base::zigzag(static_cast<int64_t>(call[column] - last)));
      last = call[column];
    }
    put_number(file, uint64_t{bytes.size()});
    base::append(file, bytes);
  }
  return file;
}

inline base::Buffer compressed(const base::Buffer& bytes) {
  base::Buffer frame(ZSTD_compressBound(bytes.size()));
  frame.resize(ZSTD_compress(frame.data(), frame.size(), bytes.data(), bytes.size(), 3));
  return frame;
}

// malloc, memalign, calloc, realloc, free, a failed malloc, realloc to nothing.
inline std::vector<MlogcolCall> some_calls() {
  return {{0, 0, 1, 100, 10, 24, 0x1000, 0, 0},
          {4, 6, 1, 120, 10, 64, 0x1040, 0, 0},
          {2, 0, 2, 140, 10, 100, 0x2000, 0, 0},
          {3, 0, 1, 160, 30, 300, 0x3000, 0x1000, 0},
          {1, 0, 2, 200, 5, 0, 0x1040, 0, 0},
          {0, 0, 1, 210, 5, uint64_t{1} << 60, 0, 0, 0},
          {3, 0, 1, 220, 5, 0, 0, 0x3000, 0},
          {3, 0, 1, 230, 5, 8, 0x1000, 0, 0},
          {3, 0, 1, 240, 5, uint64_t{1} << 60, 0, 0x1000, 0}};
}

}  // namespace heapreel::tests
