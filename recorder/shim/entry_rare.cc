// The entry points that programs call less: each passed on as it came, and recorded as what it was.
#include <errno.h>

#include "recorder/shim/export.h"
#include "recorder/shim/next.h"
#include "recorder/shim/thorough.h"

namespace heapreel::shim {

HEAPREEL_ENTRY void* realloc(void* block, size_t size) {
  if (is_idle()) return g_next.realloc(block, size);
  CallScope scope(reel::Op::kRealloc, size, stacks::this_frame());
  scope.reallocates(block);
  return scope.result(g_next.realloc(block, size));
}

HEAPREEL_ENTRY void* reallocarray(void* block, size_t count, size_t size) {
  CallScope scope(reel::Op::kReallocarray, product(count, size), stacks::this_frame());
  scope.reallocates(block);
  return scope.result(g_next.reallocarray(block, count, size));
}

HEAPREEL_ENTRY void* memalign(size_t align, size_t size) {
  CallScope scope(reel::Op::kMemalign, size, stacks::this_frame());
  return scope.aligned(align).result(g_next.memalign(align, size));
}

HEAPREEL_ENTRY int posix_memalign(void** block, size_t align, size_t size) {
  CallScope scope(reel::Op::kPosixMemalign, size, stacks::this_frame());
  scope.aligned(align);
  const int status = g_next.posix_memalign(block, align, size);
  scope.result(status == 0 ? *block : nullptr);
  return status;
}

HEAPREEL_ENTRY void* aligned_alloc(size_t align, size_t size) {
  CallScope scope(reel::Op::kAlignedAlloc, size, stacks::this_frame());
  return scope.aligned(align).result(g_next.aligned_alloc(align, size));
}

HEAPREEL_ENTRY void* valloc(size_t size) {
  CallScope scope(reel::Op::kValloc, size, stacks::this_frame());
  return scope.result(g_next.valloc(size));
}

HEAPREEL_ENTRY void* pvalloc(size_t size) {
  CallScope scope(reel::Op::kPvalloc, size, stacks::this_frame());
  return scope.result(g_next.pvalloc(size));
}

HEAPREEL_ENTRY void free_sized(void* block, size_t size) {
  CallScope scope(reel::Op::kFreeSized, size);
  scope.frees(block);
  g_next.free_sized(block, size);
}

HEAPREEL_ENTRY void free_aligned_sized(void* block, size_t align, size_t size) {
  CallScope scope(reel::Op::kFreeAlignedSized, size);
  scope.aligned(align).frees(block);
  g_next.free_aligned_sized(block, align, size);
}

}  // namespace heapreel::shim
