// The calls that C programs make most: malloc, calloc, free, malloc_usable_size (redis: one for each of the others),
// and the way of their events.
//
// One shape for all: whatever is special (a nested call, a dormant recorder, a thread not yet known, stacks) leaves by
// one branch into thorough.cc; what stays is the allocator's call and one slot.
#include "recorder/shim/export.h"
#include "recorder/shim/next.h"
#include "recorder/shim/record.h"
#include "recorder/shim/thorough.h"

namespace heapreel::shim {

HEAPREEL_ENTRY void* malloc(size_t size) {
  ThreadSlot& thread = t_thread;
  if (off_fast_path(thread)) [[unlikely]]
    return thorough_malloc(size);
  thread.guard = g_shim.leaf_guard;
  void* const block = g_next.malloc(size);
  thread.guard = 0;
  if (thread.nested_block != 0) [[unlikely]]
    settle_nested_apart(thread, block);
  if (block == nullptr) [[unlikely]]
    return record_failure(reel::Op::kMalloc, size);
  record(thread, reel::Op::kMalloc, reinterpret_cast<uintptr_t>(block), size);
  return block;
}

HEAPREEL_ENTRY void* calloc(size_t count, size_t size) {
  ThreadSlot& thread = t_thread;
  if (off_fast_path(thread)) [[unlikely]]
    return thorough_calloc(count, size);
  thread.guard = g_shim.leaf_guard;
  void* const block = g_next.calloc(count, size);
  thread.guard = 0;
  if (thread.nested_block != 0) [[unlikely]]
    settle_nested_apart(thread, block);
  if (block == nullptr) [[unlikely]]
    return record_failure(reel::Op::kCalloc, product(count, size));
  record(thread, reel::Op::kCalloc, reinterpret_cast<uintptr_t>(block), count * size);
  return block;
}

HEAPREEL_ENTRY void free(void* block) {
  ThreadSlot& thread = t_thread;
  if (off_fast_path(thread)) [[unlikely]]
    return thorough_free(block);
  record_free(thread, reel::Op::kFree, reinterpret_cast<uintptr_t>(block), 0);
  thread.outer_block = reinterpret_cast<uintptr_t>(block);
  thread.guard = g_shim.leaf_guard;
  g_next.free(block);
  thread.guard = 0;
  thread.outer_block = 0;
  if (thread.nested_block != 0) [[unlikely]]
    settle_nested_apart(thread, nullptr);
}

HEAPREEL_ENTRY size_t malloc_usable_size(void* block) {
  ThreadSlot& thread = t_thread;
  if (off_fast_path(thread)) [[unlikely]]
    return thorough_usable_size(block);
  record(thread, reel::Op::kUsableSize, reinterpret_cast<uintptr_t>(block), 0);
  thread.guard = g_shim.leaf_guard;
  const size_t size = g_next.malloc_usable_size(block);
  thread.guard = 0;
  return size;
}

}  // namespace heapreel::shim
