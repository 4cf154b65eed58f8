// Which slot holds a living object: object numbers to slot numbers.
//
// Objects come in the order of their numbers, and most die young: a ring holds the youngest, a hash table the living
// among the others. Memory: 1 MiB, and 11 to 22 bytes for each object that has left the ring.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace heapreel::plan {

inline constexpr uint32_t kNoSlot = ~uint32_t{0};

class ObjectSlots {
 public:
  ObjectSlots() : ring_(kRingObjects, kNoSlot), table_(size_t{1} << kFirstBits) {}

  // Adds the next object. Numbers must rise; those passed over have no slot. `object_of(slot)` must know, here and
  // below, the object of every slot that was added and not taken.
  template <class ObjectOf>
  void add(uint64_t object, uint32_t slot, ObjectOf object_of) {
    if (object != next_) [[unlikely]]
      pass_over(object, object_of);
    uint32_t& place = ring_[object & kRingMask];
    const uint64_t soon_old = object + kAhead - kRingObjects;
    if (ring_[soon_old & kRingMask] != kNoSlot) __builtin_prefetch(&table_[home(tag_of(soon_old))], 1);
    if (place != kNoSlot) table_add(object - kRingObjects, place);
    place = slot;
    next_ = object + 1;
  }

  // The slot of a living object, or kNoSlot.
  template <class ObjectOf>
  uint32_t find(uint64_t object, ObjectOf object_of) const {
    if (is_young(object)) return ring_[object & kRingMask];
    const size_t place = table_find(object, object_of);
    return place == kNowhere ? kNoSlot : table_[place].slot;
  }

  // The same, and the object is dead then.
  template <class ObjectOf>
  uint32_t take(uint64_t object, ObjectOf object_of) {
    if (is_young(object)) return std::exchange(ring_[object & kRingMask], kNoSlot);
    const size_t place = table_find(object, object_of);
    if (place == kNowhere) return kNoSlot;
    const uint32_t slot = table_[place].slot;
    close_hole(place);
    --used_;
    return slot;
  }

  // Brings the place of an object that will soon be asked for into the cache.
  void prefetch(uint64_t object) const {
    if (is_young(object))
      __builtin_prefetch(&ring_[object & kRingMask]);
    else
      __builtin_prefetch(&table_[home(tag_of(object))]);
  }
  // The slot that an object most likely has, from what is at hand; or kNoSlot.
  uint32_t guess(uint64_t object) const {
    return is_young(object) ? ring_[object & kRingMask] : table_[home(tag_of(object))].slot;
  }

 private:
  static constexpr uint64_t kRingObjects = uint64_t{1} << 18;
  static constexpr uint64_t kRingMask = kRingObjects - 1;
  static constexpr uint64_t kAhead = 16;  // births: a survivor's place is fetched so long before it leaves the ring
  static constexpr unsigned kFirstBits = 10;
  static constexpr size_t kNowhere = ~size_t{0};

  // A slot with the upper half of its object's hash, so that probing need not look at the slots themselves.
  struct Place {
    uint32_t tag = 0;
    uint32_t slot = kNoSlot;
  };

  bool is_young(uint64_t object) const { return next_ - 1 - object < kRingObjects; }
  static uint32_t tag_of(uint64_t object) { return static_cast<uint32_t>((object * 0x9E3779B97F4A7C15U) >> 32); }
  size_t home(uint32_t tag) const { return tag >> (32 - bits_); }
  size_t following(size_t place) const { return (place + 1) & (table_.size() - 1); }

  template <class ObjectOf>
  size_t table_find(uint64_t object, ObjectOf object_of) const {
    const uint32_t tag = tag_of(object);
    for (size_t i = home(tag);; i = following(i)) {
      if (table_[i].slot == kNoSlot) return kNowhere;
      if (table_[i].tag == tag && object_of(table_[i].slot) == object) return i;
    }
  }

  // Moves what the numbers passed over drive out of the ring.
  template <class ObjectOf>
  void pass_over(uint64_t object, ObjectOf object_of) {
    const uint64_t steps = std::min(object - next_, kRingObjects);
    for (uint64_t i = 0; i < steps; ++i) {
      uint32_t& place = ring_[(next_ + i) & kRingMask];
      if (place != kNoSlot) table_add(object_of(place), place);
      place = kNoSlot;
    }
    next_ = object;
  }

  void table_add(uint64_t object, uint32_t slot);
  void close_hole(size_t hole);
  void grow();
  void put(Place place);

  std::vector<uint32_t> ring_;
  std::vector<Place> table_;
  unsigned bits_ = kFirstBits;
  size_t used_ = 0;
  uint64_t next_ = 1;
};

}  // namespace heapreel::plan
