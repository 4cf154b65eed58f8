// Which object lives at an address: the resolver's map of all live blocks, and a memory of the lately freed.
// Memory is bounded by the live set (32 to 64 bytes a block).
#pragma once

#include "trace_format/base/flat_map.h"
#include "trace_format/event/event.h"

namespace heapreel::reel {

class AddressMap {
 public:
  AddressMap() : freed_(kFreedPlaces) {}

  // The live object at an address, or kNoObject.
  uint64_t find(uint64_t address) {
    const uint64_t* object = live_.find(address);
    return object != nullptr ? *object : kNoObject;
  }

  // Adds an address unless something lives there. Whether it was added.
  bool try_add(uint64_t address, uint64_t object) { return live_.try_add(address, object); }

  void prefetch(uint64_t address) const { live_.prefetch(address); }

  // Removes an address and returns its object, or kNoObject if there is none.
  uint64_t remove(uint64_t address) {
    uint64_t object = kNoObject;
    if (live_.remove(address, object)) freed_[freed_place(address)] = {address, object};
    return object;
  }

  // The object that lived at an address that is free now, if it died lately; else kNoObject.
  uint64_t lately_freed(uint64_t address) const {
    const Freed& freed = freed_[freed_place(address)];
    return freed.address == address ? freed.object : kNoObject;
  }

 private:
  struct Freed {
    uint64_t address = 0;
    uint64_t object = kNoObject;
  };
  static constexpr unsigned kFreedBits = 13;
  static constexpr size_t kFreedPlaces = size_t{1} << kFreedBits;

  static size_t freed_place(uint64_t address) { return (address * 0x9E3779B97F4A7C15U) >> (64 - kFreedBits); }

  base::FlatMap<uint64_t> live_;
  std::vector<Freed> freed_;
};

}  // namespace heapreel::reel
