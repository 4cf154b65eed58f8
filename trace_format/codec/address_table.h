// Which live birth of this event block an address belongs to: the encoder's memory, which a decoder does not need.
//
// Two-way buckets without chains: a birth may push an older one out, whose free is then written as an address instead
// of a reference: a few bytes more, never wrong. A block that dies leaves its place, so whatever is found is alive.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "trace_format/codec/live_list.h"
#include "trace_format/codec/place_model.h"

namespace heapreel::reel {

class AddressTable {
 public:
  // Empties the table for a block of at most so many births; costs as much as the block is large.
  void reset(uint32_t births_limit) {
    const unsigned bits = std::clamp(static_cast<unsigned>(std::bit_width(births_limit)), kBitsMin, kBitsMax);
    shift_ = 64 - bits;
    slots_.assign(size_t{1} << bits, LiveList::kNone);
  }

  void add(uint64_t address, uint32_t node) {
    uint32_t slot = home_of(address);
    if (slots_[slot] != LiveList::kNone && slots_[slot ^ 1] + 1 < slots_[slot] + 1) slot ^= 1;  // free, or else older
    slots_[slot] = node;
  }

  // The live node with this address, or LiveList::kNone.
  uint32_t find(uint64_t address, const PlaceModel& places) const {
    const uint32_t home = home_of(address);
    for (const uint32_t node : {slots_[home], slots_[home ^ 1]})
      if (node != LiveList::kNone && places.address_of(node) == address) return node;
    return LiveList::kNone;
  }

  // The block has died.
  void remove(uint64_t address, uint32_t node) {
    const uint32_t home = home_of(address);
    for (const uint32_t slot : {home, home ^ 1})
      if (slots_[slot] == node) slots_[slot] = LiveList::kNone;
  }

 private:
  static constexpr unsigned kBitsMin = 6;
  static constexpr unsigned kBitsMax = 16;

  uint32_t home_of(uint64_t address) const {
    return static_cast<uint32_t>((address >> 3) * 0x9E3779B97F4A7C15U >> shift_);
  }

  std::vector<uint32_t> slots_;
  unsigned shift_ = 64 - kBitsMin;
};

}  // namespace heapreel::reel
