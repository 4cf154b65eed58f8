// The allocation tuples (kind, flags, alignment, size) of one event block, numbered in order of first appearance.
//
// Encoder and decoder build the same table from the same events: a literal adds its tuple while there is room. An
// encoder may also seed the table; seeds are literals written before the first event.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "trace_format/codec/alphabet.h"
#include "trace_format/codec/place_model.h"
#include "trace_format/event/event.h"

namespace heapreel::reel {

struct Tuple {
  uint64_t size = 0;
  Op op = Op::kNone;
  uint8_t flags = 0;
  uint8_t align_log2 = 0;
  uint16_t size_class = 0;  // from here on derived, kept for the loops of encoder and decoder
  bool births = false;
  bool has_old = false;
  bool releases = false;

  bool operator==(const Tuple&) const = default;
};

inline Tuple make_tuple(uint64_t size, Op op, uint8_t flags, uint8_t align_log2) {
  return {.size = size,
          .op = op,
          .flags = flags,
          .align_log2 = align_log2,
          .size_class = static_cast<uint16_t>(PlaceModel::class_of(size)),
          .births = reel::births(op, flags),
          .has_old = reel::has_old(op, flags),
          .releases = releases_old(op, flags)};
}

class TupleTable {
 public:
  static constexpr uint32_t kUnknown = ~uint32_t{0};

  TupleTable() : buckets_(kBuckets, 0) {}

  void clear() {
    std::fill(buckets_.begin(), buckets_.end(), uint16_t{0});
    tuples_.clear();
  }

  // The number of the event's tuple, or kUnknown. `flags` stand in for the event's own.
  uint32_t find(const Event& event, uint8_t flags) const {
    const uint32_t key = key_of(event.op, flags, event.align_log2);
    for (uint32_t bucket = home_of(key, event.size);; bucket = (bucket + 1) & (kBuckets - 1)) {
      const uint32_t index = buckets_[bucket];
      if (index == 0) return kUnknown;
      const Tuple& tuple = tuples_[index - 1];
      if (tuple.size == event.size && key_of(tuple) == key) return index - 1;
    }
  }

  // Remembers a tuple that find() does not know, if there is room.
  void add(const Tuple& tuple) {
    if (tuples_.size() == kMaxTuples) return;
    tuples_.push_back(tuple);
    uint32_t bucket = home_of(key_of(tuple), tuple.size);
    while (buckets_[bucket] != 0) bucket = (bucket + 1) & (kBuckets - 1);
    buckets_[bucket] = static_cast<uint16_t>(tuples_.size());
  }

  // Remembers a tuple without making it findable: all a decoder needs.
  void append(const Tuple& tuple) {
    if (tuples_.size() < kMaxTuples) tuples_.push_back(tuple);
  }

  uint32_t size() const { return static_cast<uint32_t>(tuples_.size()); }
  const Tuple& operator[](uint32_t index) const { return tuples_[index]; }
  // The tuple of a number that may be out of range: then nullptr.
  const Tuple* at(uint64_t index) const { return index < tuples_.size() ? &tuples_[index] : nullptr; }
  const Tuple* beyond(uint32_t first, uint64_t further) const {
    return further < kMaxTuples ? at(first + further) : nullptr;
  }

 private:
  static constexpr uint32_t kBuckets = 4 * kMaxTuples;

  static uint32_t key_of(Op op, uint8_t flags, uint8_t align_log2) {
    return static_cast<uint32_t>(op) | uint32_t{flags} << 8 | uint32_t{align_log2} << 16;
  }
  static uint32_t key_of(const Tuple& tuple) { return key_of(tuple.op, tuple.flags, tuple.align_log2); }
  static uint32_t home_of(uint32_t key, uint64_t size) {
    return static_cast<uint32_t>(((size ^ uint64_t{key} << 40) * 0x9E3779B97F4A7C15U) >> 50) & (kBuckets - 1);
  }

  std::vector<Tuple> tuples_;
  std::vector<uint16_t> buckets_;  // index + 1 into tuples_, 0 when empty; never more than a quarter full
};

}  // namespace heapreel::reel
