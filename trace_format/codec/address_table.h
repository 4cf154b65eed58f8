// Which live birth of this event block an address belongs to: the encoder's memory, which a decoder does not need.
//
// Two-way buckets without chains: a birth may push an older one out, whose free is then written as an address instead
// of a reference: a few bytes more, never wrong. Entries of earlier blocks need no wiping, because a hit is believed
// only if that node of *this* block has the address.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "trace_format/codec/live_list.h"

namespace heapreel::reel {

class AddressTable {
 public:
  AddressTable() : slots_(kSlots, 0) {}

  void reset(uint32_t births_limit) {
    next_node_ = 0;
    addresses_.resize(std::max<size_t>(addresses_.size(), births_limit));
  }

  void add(uint64_t address, uint32_t node, const LiveList& live) {
    addresses_[node] = address;
    next_node_ = node + 1;
    const uint32_t home = home_of(address);
    const bool first_is_free = !holds_live(slots_[home], live);
    const bool take_first = first_is_free || (holds_live(slots_[home ^ 1], live) && slots_[home] < slots_[home ^ 1]);
    slots_[take_first ? home : home ^ 1] = node;
  }

  // The live node with this address, or LiveList::kNone.
  uint32_t find(uint64_t address, const LiveList& live) const {
    const uint32_t home = home_of(address);
    for (const uint32_t node : {slots_[home], slots_[home ^ 1]})
      if (in_block(node) && addresses_[node] == address && live.is_live(node)) return node;
    return LiveList::kNone;
  }

  uint64_t address_of(uint32_t node) const { return addresses_[node]; }

 private:
  static constexpr uint32_t kSlotBits = 16;
  static constexpr uint32_t kSlots = 1U << kSlotBits;

  static uint32_t home_of(uint64_t address) {
    return static_cast<uint32_t>((address >> 3) * 0x9E3779B97F4A7C15U >> (64 - kSlotBits));
  }
  bool in_block(uint32_t node) const { return node < next_node_; }
  bool holds_live(uint32_t node, const LiveList& live) const { return in_block(node) && live.is_live(node); }

  std::vector<uint32_t> slots_;
  std::vector<uint64_t> addresses_;
  uint32_t next_node_ = 0;
};

}  // namespace heapreel::reel
