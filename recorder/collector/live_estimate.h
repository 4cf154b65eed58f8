// How many bytes a process has in small blocks now, for a person who looks on: an estimate, while events are read.
//
// Of the addresses a share is watched, chosen by a hash: first 1 in 32, and half of it whenever more than kPlacesMax
// are known. The sum over these, times the share's inverse, is off by about sqrt(32 / blocks), later by 2 to 4 %.
// Threads are read one after another, so an event may come before an earlier one of another thread; of each address the
// latest by time counts. Large blocks (observe/malloc_map.h) are too few and too large to be guessed from a share:
// whoever shows the sum adds those. Budget: 1 ns for every event.
#pragma once

#include <cstdint>

#include "recorder/observe/malloc_map.h"
#include "trace_format/base/flat_map.h"

namespace heapreel::collector {

class LiveEstimate {
 public:
  static constexpr size_t kPlacesMax = 2048;

  void born(uint64_t address, uint64_t bytes, uint64_t time) {
    if (is_watched(address)) [[unlikely]]
      set(address, bytes < observe::kLargeBytes ? bytes : 0, time);
  }
  void gone(uint64_t address, uint64_t time) {
    if (is_watched(address)) [[unlikely]]
      set(address, 0, time);
  }

  // Whether an address is one of the share.
  bool is_watched(uint64_t address) const {
    // Not the multiplier of FlatMap: what is watched would all be at home in one place.
    return (address * 0xD6E8FEB86659FD93U) >> (64 - share_bits_) == 0;
  }

  // What a forked child has of its parent: the same blocks, as of time 0.
  void inherit(const LiveEstimate& parent);

  uint64_t bytes() const { return sum_ << share_bits_; }

 private:
  static constexpr unsigned kFirstShareBits = 5;
  static constexpr unsigned kFirstPlacesBits = 6;
  struct Last {
    uint64_t time = 0;
    uint64_t bytes = 0;  // 0: it is free, or does not count
  };
  using Places = base::FlatMap<Last, kFirstPlacesBits>;

  [[gnu::noinline]] void set(uint64_t address, uint64_t bytes, uint64_t time);
  [[gnu::noinline, gnu::cold]] void make_room();
  void keep_watched();

  unsigned share_bits_ = kFirstShareBits;
  uint64_t sum_ = 0;
  Places places_;
};

}  // namespace heapreel::collector
