// `bump`: a pointer and an addition; what is freed is forgotten.
#include <algorithm>
#include <cstring>

#include "replayer/allocators/builtin.h"
#include "replayer/allocators/derive.h"
#include "replayer/allocators/header.h"

namespace heapreel::allocators {
namespace {

constexpr uint64_t kChunkBytes = uint64_t{1} << 20;

thread_local uint8_t* t_at = nullptr;
thread_local uint8_t* t_end = nullptr;

// Room that is not in the current chunk. Great blocks get mappings of their own.
[[gnu::noinline]] uint8_t* take_more(uint64_t bytes) {
  const bool great = bytes > kChunkBytes / 4;
  uint8_t* const chunk = map_pages(great ? round_up(bytes, 4096) : kChunkBytes);
  if (chunk == nullptr || great) return chunk;
  t_at = chunk + bytes;
  t_end = chunk + kChunkBytes;
  return chunk;
}

uint8_t* take(uint64_t bytes) {
  if (bytes > static_cast<uint64_t>(t_end - t_at)) [[unlikely]]
    return take_more(bytes);
  uint8_t* const room = t_at;
  t_at += bytes;
  return room;
}

struct Bump {
  static void* allocate(size_t size) {
    uint8_t* const room = take(round_up(size + sizeof(Header), 16));
    if (room == nullptr) return nullptr;
    void* const p = room + sizeof(Header);
    header_of(p).size = size;
    return p;
  }
  static void* allocate_zeroed(size_t size) { return allocate(size); }  // fresh from the system, always
  static void* allocate_aligned(size_t size, size_t align) {
    if (align <= 16) return allocate(size);
    uint8_t* const room = take(round_up(size + sizeof(Header) + align, 16));
    if (room == nullptr) return nullptr;
    const auto first = reinterpret_cast<uint64_t>(room + sizeof(Header));
    void* const p = reinterpret_cast<void*>(round_up(first, align));
    header_of(p).size = size;
    return p;
  }
  static void release(void*) { asm volatile(""); }
  static void* resize(void* old, size_t size) {
    void* const p = allocate(size);
    if (p != nullptr && old != nullptr) std::memcpy(p, old, std::min<size_t>(size, header_of(old).size));
    return p;
  }
  static size_t usable(void* p) { return header_of(p).size; }
};

}  // namespace

engine::Calls bump_calls() { return derive_calls<Bump>(); }

}  // namespace heapreel::allocators
