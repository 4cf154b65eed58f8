// Which stacks a thread has already described to the collector: a direct-mapped table of 64-bit hashes.
//
// A stack's number is its place in the table plus one, so numbers belong to one thread and are used again: a definition
// in the thread's stream of events gives a number its meaning from there on, until the next definition of that number.
// The collector mirrors the table (recorder/collector/thread_stacks.h), which bounds its memory as it bounds ours, and
// a number takes few bits. Who claims a number must write its definition before it is used, or forget() it.
// Two different stacks with one 64-bit hash would be taken for one: among a million stacks that is a chance of 3e-8.
// 8 bytes an entry: 32 KiB a thread at the default, of which only the touched pages cost memory.
#pragma once

#include <cstdint>

namespace heapreel::stacks {

inline constexpr uint32_t kCacheEntries = 4096;
inline constexpr uint32_t kNoStack = 0;

class StackCache {
 public:
  struct Found {
    uint32_t number = kNoStack;
    bool known = false;
  };

  StackCache() = default;
  // `entries` is a power of two; the memory is zeroed, holds that many, and outlives the cache. It is the caller's, and
  // best a shared mapping: then the traced process's own anonymous memory stays as it was.
  StackCache(uint64_t* memory, uint32_t entries) : hashes_(memory), mask_(entries - 1) {}

  // The stack's number. If it was not known it is now, and needs a definition.
  Found find_or_claim(uint64_t hash) {
    hash += hash == 0;  // 0 marks an empty place
    uint64_t& place = hashes_[hash & mask_];
    const bool known = place == hash;
    place = hash;
    return {.number = static_cast<uint32_t>(hash & mask_) + 1, .known = known};
  }

  bool is_ready() const { return hashes_ != nullptr; }

  // For a number whose definition could not be written.
  void forget(uint32_t number) { hashes_[number - 1] = 0; }

 private:
  uint64_t* hashes_ = nullptr;
  uint64_t mask_ = 0;
};

}  // namespace heapreel::stacks
