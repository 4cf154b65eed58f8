// The sixteen bytes in front of each block of a built-in allocator, and memory from the system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sys/mman.h>

namespace heapreel::allocators {

struct Header {
  uint64_t size = 0;    // bytes asked for
  uint32_t before = 0;  // bytes from the start of the block's room to the block itself; at least sizeof(Header)
  uint32_t order = 0;   // what its room is, to whoever made it
};
static_assert(sizeof(Header) == 16);

inline Header& header_of(void* p) { return static_cast<Header*>(p)[-1]; }

constexpr uint64_t round_up(uint64_t bytes, uint64_t to) { return (bytes + to - 1) / to * to; }

// Null when the system has no more.
inline uint8_t* map_pages(uint64_t bytes) {
  void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<uint8_t*>(mapped);
}

}  // namespace heapreel::allocators
