// Little-endian loads and stores on unaligned bytes, zigzag, and bit helpers. Header-only, total, never allocates.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace heapreel::base {

static_assert(std::endian::native == std::endian::little, "reels are little-endian; a big-endian port swaps here");

using Bytes = std::span<const uint8_t>;
using Buffer = std::vector<uint8_t>;

template <class T>
inline T load_le(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
inline void store_le(uint8_t* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

inline Bytes as_bytes(const void* data, size_t size) { return {static_cast<const uint8_t*>(data), size}; }

inline void append(Buffer& buffer, Bytes bytes) { buffer.insert(buffer.end(), bytes.begin(), bytes.end()); }

// Maps small magnitudes of either sign to small unsigned numbers: 0, -1, 1, -2 become 0, 1, 2, 3.
inline uint64_t zigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
inline int64_t unzigzag(uint64_t value) { return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1); }

inline uint64_t align_up(uint64_t value, uint64_t alignment) { return (value + alignment - 1) & ~(alignment - 1); }

}  // namespace heapreel::base
