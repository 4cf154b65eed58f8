// The stand-ins of derived.h.
#include "replayer/runner/derived.h"

namespace heapreel::runner {
namespace {

constexpr size_t kPageBytes = 4096;

engine::Calls own;  // the allocator's, for the stand-ins to call

void* reallocarray_by_realloc(void* p, size_t count, size_t size) { return own.realloc_(p, count * size); }
void free_sized_by_free(void* p, size_t) { own.free_(p); }
void free_aligned_sized_by_free(void* p, size_t, size_t) { own.free_(p); }

void* by_posix_memalign(size_t align, size_t size) {
  void* p = nullptr;
  const size_t least = align < sizeof(void*) ? sizeof(void*) : align;
  return own.posix_memalign_(&p, least, size) == 0 ? p : nullptr;
}
int posix_memalign_by_other(void** p, size_t align, size_t size) {
  *p = own.memalign_(align, size);
  return *p != nullptr ? 0 : 12;  // ENOMEM
}
void* valloc_by_other(size_t size) { return own.memalign_(kPageBytes, size); }
void* pvalloc_by_other(size_t size) { return own.memalign_(kPageBytes, (size + kPageBytes - 1) & ~(kPageBytes - 1)); }

// One aligned form the others can be made of.
void* (*any_aligned(const engine::Calls& calls))(size_t, size_t) {
  if (calls.memalign_ != nullptr) return calls.memalign_;
  if (calls.aligned_alloc_ != nullptr) return calls.aligned_alloc_;
  return calls.posix_memalign_ != nullptr ? by_posix_memalign : nullptr;
}

template <class Function>
void fill(Function& into, Function with) {
  if (into == nullptr) into = with;
}

}  // namespace

void derive_missing(engine::Calls& calls) {
  own = calls;
  own.memalign_ = any_aligned(calls);
  fill(calls.reallocarray_, reallocarray_by_realloc);
  fill(calls.free_sized_, free_sized_by_free);
  fill(calls.free_aligned_sized_, free_aligned_sized_by_free);
  if (own.memalign_ == nullptr) return;
  fill(calls.memalign_, own.memalign_);
  fill(calls.aligned_alloc_, own.memalign_);
  fill(calls.posix_memalign_, posix_memalign_by_other);
  fill(calls.valloc_, valloc_by_other);
  fill(calls.pvalloc_, pvalloc_by_other);
}

}  // namespace heapreel::runner
