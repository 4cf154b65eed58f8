// A hash map from non-zero 64-bit keys to small values: open addressing, linear probing, backward-shift deletion.
//
// No tombstones, so its speed does not age; no allocation except when it doubles. Key 0 marks an empty place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapreel::base {

// `kFirstBits`: how many places it has at first, as a power of two.
template <class Value, unsigned kFirstBits = 12>
class FlatMap {
 public:
  FlatMap() : places_(size_t{1} << kFirstBits) {}

  // The value of a key, or nullptr. Valid until the next add() or remove().
  Value* find(uint64_t key) {
    for (size_t i = home(key);; i = next(i)) {
      if (places_[i].key == key) return &places_[i].value;
      if (places_[i].key == 0) return nullptr;
    }
  }

  // Adds a key that find() does not know.
  void add(uint64_t key, const Value& value) { (void)try_add(key, value); }

  // Adds a key unless it is there already. Whether it was added.
  bool try_add(uint64_t key, const Value& value) {
    if (2 * (used_ + 1) > places_.size()) [[unlikely]]
      grow();
    size_t i = home(key);
    for (; places_[i].key != 0; i = next(i))
      if (places_[i].key == key) return false;
    places_[i] = {key, value};
    ++used_;
    return true;
  }

  // Brings the place of a key that will soon be asked for into the cache.
  void prefetch(uint64_t key) const { __builtin_prefetch(&places_[home(key)], 1); }

  // Removes a key and hands its value to `out`. False if there is none.
  bool remove(uint64_t key, Value& out) {
    size_t i = home(key);
    while (places_[i].key != key) {
      if (places_[i].key == 0) return false;
      i = next(i);
    }
    out = places_[i].value;
    close_hole(i);
    --used_;
    return true;
  }

  size_t size() const { return used_; }

  template <class Visit>
  void for_each(Visit visit) const {
    for (const Place& place : places_)
      if (place.key != 0) visit(place.key, place.value);
  }

 private:
  struct Place {
    uint64_t key = 0;
    Value value{};
  };

  size_t home(uint64_t key) const { return (key * 0x9E3779B97F4A7C15U) >> shift_; }
  size_t next(size_t i) const { return (i + 1) & (places_.size() - 1); }

  void close_hole(size_t hole) {
    for (size_t i = next(hole); places_[i].key != 0; i = next(i)) {
      const size_t from_home = (i - home(places_[i].key)) & (places_.size() - 1);
      const size_t from_hole = (i - hole) & (places_.size() - 1);
      if (from_home < from_hole) continue;
      places_[hole] = places_[i];
      hole = i;
    }
    places_[hole] = {};
  }

  [[gnu::noinline, gnu::cold]] void grow() {
    std::vector<Place> old(places_.size() * 2);
    old.swap(places_);
    --shift_;
    used_ = 0;
    for (const Place& place : old)
      if (place.key != 0) add(place.key, place.value);
  }

  std::vector<Place> places_;
  unsigned shift_ = 64 - kFirstBits;
  size_t used_ = 0;
};

}  // namespace heapreel::base
