// `null`: the harness alone.
#include <cstdint>

#include "replayer/allocators/builtin.h"
#include "replayer/allocators/derive.h"

namespace heapreel::allocators {
namespace {

alignas(64) uint8_t block_of_all[64];

struct Null {
  [[gnu::noinline]] static void* allocate(size_t) { return block_of_all; }
  [[gnu::noinline]] static void* allocate_zeroed(size_t) { return block_of_all; }
  [[gnu::noinline]] static void* allocate_aligned(size_t, size_t) { return block_of_all; }
  [[gnu::noinline]] static void release(void*) { asm volatile(""); }
  [[gnu::noinline]] static void* resize(void*, size_t) { return block_of_all; }
  [[gnu::noinline]] static size_t usable(void*) { return sizeof block_of_all; }
};

}  // namespace

engine::Calls null_calls() { return derive_calls<Null>(); }

}  // namespace heapreel::allocators
