// The lists of chunks in the pool: lock-free stacks that any process may be killed in the middle of.
//
// A chunk's state is set before it is pushed, so a killed process leaves chunks that are kActive or kFull and in no
// list, and the collector finds them by a scan; a list itself is whole after every single store.
#pragma once

#include "recorder/ring/pool.h"

namespace heapreel::ring {

inline constexpr uint64_t kListTag = uint64_t{1} << 32;  // counts pops, so that a popped and pushed head is told apart

inline void push(const Pool& pool, std::atomic<uint64_t>& list, uint32_t index) {
  uint64_t head = list.load(std::memory_order_relaxed);
  do {
    pool.chunk(index).next.store(static_cast<uint32_t>(head), std::memory_order_relaxed);
  } while (!list.compare_exchange_weak(head, (head & ~(kListTag - 1)) | (index + 1),
                                       std::memory_order_release,  // pairs with the acquire in pop and take_all
                                       std::memory_order_relaxed));
}

// kNoChunk when the list is empty, or when it names a chunk that cannot be (memory was overwritten).
inline uint32_t pop(const Pool& pool, std::atomic<uint64_t>& list) {
  uint64_t head = list.load(std::memory_order_acquire);
  for (;;) {
    const uint32_t index = static_cast<uint32_t>(head) - 1;
    if (index >= pool.chunks()) return kNoChunk;
    const uint32_t next = pool.chunk(index).next.load(std::memory_order_relaxed);
    if (list.compare_exchange_weak(head, ((head & ~(kListTag - 1)) + kListTag) | next, std::memory_order_acquire,
                                   std::memory_order_acquire))
      return index;
  }
}

// The next number that was never given out; kNoChunk when there is none below `end`.
inline uint32_t take_fresh(std::atomic<uint32_t>& given, uint32_t end) {
  uint32_t next = given.load(std::memory_order_relaxed);
  while (next < end && !given.compare_exchange_weak(next, next + 1, std::memory_order_relaxed)) {
  }
  return next < end ? next : kNoChunk;
}

// A free chunk: one that was used before, if there is any, for its memory is there and may be cached.
inline uint32_t take_free_large(const Pool& pool) {
  const uint32_t used = pop(pool, pool.header->free_large);
  return used != kNoChunk ? used : take_fresh(pool.header->fresh_large, pool.large_chunks);
}
inline uint32_t take_free_small(const Pool& pool) {
  const uint32_t used = pop(pool, pool.header->free_small);
  if (used != kNoChunk) return used;
  const uint32_t fresh = take_fresh(pool.header->fresh_small, kSmallChunks);
  return fresh != kNoChunk ? pool.large_chunks + fresh : kNoChunk;
}

// Takes the whole list: its newest chunk's index + 1, 0 if there is none. The chunks are linked by `next`.
inline uint32_t take_all(std::atomic<uint64_t>& list) {
  uint64_t head = list.load(std::memory_order_relaxed);
  while (!list.compare_exchange_weak(head, (head & ~(kListTag - 1)) + kListTag, std::memory_order_acquire,
                                     std::memory_order_relaxed)) {
  }
  return static_cast<uint32_t>(head);
}

}  // namespace heapreel::ring
