// The objects alive at a moment of a pass, by number. Most die young: the latest births stand in a small ring that
// stays in the cache, and only what outlives its place there goes to a hash map.
//
// Memory: 64 to 128 bytes an object that outlives the ring, and 1 MiB for the ring.
#pragma once

#include <vector>

#include "trace_format/base/flat_map.h"

namespace heapreel::reel {

struct Life {
  uint64_t size = 0;
  uint64_t born = 0;  // ticks
  uint32_t thread = 0;
  uint32_t chain = 0;  // of reallocs that led to it; 0: none
};

class LiveObjects {
 public:
  LiveObjects() : ring_(kRing) {}

  // Objects are added in the order of their numbers, each once.
  void add(uint64_t object, const Life& life) {
    Place& place = ring_[object & (kRing - 1)];
    if (place.object != 0) old_.add(place.object, place.life);
    place = {object, life};
  }

  // Removes an object. False if it is not alive.
  bool take(uint64_t object, Life& life) {
    if (object == 0) return false;
    Place& place = ring_[object & (kRing - 1)];
    if (place.object != object) return old_.remove(object, life);
    life = place.life;
    place.object = 0;
    return true;
  }

  template <class Visit>
  void for_each(Visit visit) const {
    for (const Place& place : ring_)
      if (place.object != 0) visit(place.life);
    old_.for_each([&visit](uint64_t, const Life& life) { visit(life); });
  }

 private:
  struct Place {
    uint64_t object = 0;
    Life life{};
  };
  static constexpr size_t kRing = size_t{1} << 15;

  std::vector<Place> ring_;
  base::FlatMap<Life> old_;
};

}  // namespace heapreel::reel
