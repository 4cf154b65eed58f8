// Guesses the address of the next allocation, so that a capture block stores a small code instead of an address.
//
// Allocators hand freed blocks out again, last freed first, per size class; and they carve fresh blocks one after the
// other. The model keeps exactly that: a stack of freed addresses per size class, one for freed blocks of unknown size,
// and the expected next fresh address. Encoder and decoder run the same model on the same history. It is tuned to
// glibc's 16-byte classes and merely costs bytes, never correctness, under other allocators.
//
//   code 0..3   the freed block at this depth of its class's stack
//   code 4..7   the same for blocks of unknown size
//   code 8      the expected fresh address
//   code 9 + n  n names the distance from the expected fresh address (distance_code)
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "trace_format/base/bytes.h"

namespace heapreel::reel {

// A distance between two addresses as an unsigned number; multiples of 16 take a bit less.
inline uint64_t distance_code(uint64_t to, uint64_t from) {
  const auto distance = static_cast<int64_t>(to - from);
  if ((distance & 15) == 0) return base::zigzag(distance >> 4) << 1;
  const uint64_t odd = base::zigzag(distance);
  return odd << 1 | 1;
}
// Whether the code can name the distance: one that is no multiple of 16 must be below 2^61 either way.
inline bool has_distance_code(uint64_t to, uint64_t from) {
  constexpr uint64_t kFar = uint64_t{1} << 61;
  return ((to - from) & 15) == 0 || to - from + kFar < 2 * kFar;
}
inline uint64_t apply_distance(uint64_t from, uint64_t code) {
  const auto value = static_cast<uint64_t>(base::unzigzag(code >> 1));
  return from + ((code & 1) != 0 ? value : value * 16);
}

class PlaceModel {
 public:
  static constexpr uint32_t kUnknownClass = 0;
  static constexpr uint32_t kDepth = 4;
  static constexpr uint32_t kFreshCode = 2 * kDepth;

  // Births are known by their node, 0 to births_limit - 1; blocks born elsewhere get places behind them.
  void reset(uint32_t births_limit, uint32_t frees_limit) {
    heads_.fill(kEnd);
    const size_t wanted = size_t{births_limit} + frees_limit;
    if (addresses_.size() < wanted) {
      addresses_.resize(wanted);
      below_.resize(wanted);
    }
    next_stranger_ = births_limit;
    exact_ = true;
    fresh_ = 0;
  }

  static uint32_t class_of(uint64_t size) {
    if (size <= kExactLimit) return static_cast<uint32_t>((size + 23) >> 4);
    const unsigned log = static_cast<unsigned>(std::bit_width(size));
    return kExactClasses + (log - 14) * 4 + (static_cast<uint32_t>(size >> (log - 3)) & 3);
  }

  void born(uint32_t node, uint64_t address) { addresses_[node] = address; }
  uint64_t address_of(uint32_t node) const { return addresses_[node]; }

  void freed(uint32_t node, uint32_t size_class) {
    below_[node] = heads_[size_class];
    heads_[size_class] = node;
  }
  void freed_stranger(uint64_t address) {
    addresses_[next_stranger_] = address;
    freed(next_stranger_++, kUnknownClass);
  }

  uint64_t code_of(uint64_t address, uint64_t size, uint32_t size_class) {
    uint64_t code = take_matching(size_class, address);
    if (code == kDepth) code += take_matching(kUnknownClass, address);
    if (code < kFreshCode) return code;
    exact_ &= has_distance_code(address, fresh_);
    code = address == fresh_ ? kFreshCode : kFreshCode + 1 + distance_code(address, fresh_);
    fresh_ = end_of(address, size);
    return code;
  }

  // Whether all codes since reset() name the addresses they were made of.
  bool exact() const { return exact_; }

  // The inverse of code_of. A code that names no freed block yields address 0, which no allocation has.
  uint64_t take(uint64_t code, uint64_t size, uint32_t size_class) {
    if (code < kDepth) return take_at(size_class, static_cast<uint32_t>(code));
    if (code < kFreshCode) return take_at(kUnknownClass, static_cast<uint32_t>(code - kDepth));
    const uint64_t address = code == kFreshCode ? fresh_ : apply_distance(fresh_, code - kFreshCode - 1);
    fresh_ = end_of(address, size);
    return address;
  }

 private:
  static constexpr uint32_t kEnd = ~uint32_t{0};
  static constexpr uint64_t kExactLimit = 16384 - 32;
  static constexpr uint32_t kExactClasses = 1026;
  static constexpr uint32_t kClasses = kExactClasses + 4 * 52;

  static uint64_t end_of(uint64_t address, uint64_t size) {
    const uint64_t chunk = (size + 23) & ~uint64_t{15};
    return address + (chunk < 32 ? 32 : chunk);
  }

  // Removes the block with this address if it is among the top kDepth; returns its depth, or kDepth.
  uint32_t take_matching(uint32_t size_class, uint64_t address) {
    uint32_t* link = &heads_[size_class];
    for (uint32_t depth = 0; depth < kDepth && *link != kEnd; ++depth) {
      if (addresses_[*link] == address) {
        *link = below_[*link];
        return depth;
      }
      link = &below_[*link];
    }
    return kDepth;
  }

  uint64_t take_at(uint32_t size_class, uint32_t depth) {
    uint32_t* link = &heads_[size_class];
    for (; depth > 0 && *link != kEnd; --depth) link = &below_[*link];
    const uint32_t node = *link;
    if (node == kEnd) return 0;
    *link = below_[node];
    return addresses_[node];
  }

  std::array<uint32_t, kClasses> heads_{};  // the top of each class's stack
  std::vector<uint64_t> addresses_;
  std::vector<uint32_t> below_;  // what lies below a block in its stack
  uint32_t next_stranger_ = 0;
  uint64_t fresh_ = 0;
  bool exact_ = true;
};

}  // namespace heapreel::reel
