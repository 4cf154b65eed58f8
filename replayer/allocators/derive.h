// A whole table of entry points from four functions: what operator new, memalign and the others come down to.
#pragma once

#include "replayer/engine/calls.h"

namespace heapreel::allocators {

// Core has static allocate(size), allocate_aligned(size, align), release(p), resize(p, size), usable(p).
template <class Core>
engine::Calls derive_calls() {
  using Nothrow = const std::nothrow_t&;
  engine::Calls calls;
  calls.malloc_ = Core::allocate;
  calls.calloc_ = [](size_t count, size_t size) { return Core::allocate_zeroed(count * size); };
  calls.realloc_ = Core::resize;
  calls.reallocarray_ = [](void* p, size_t count, size_t size) { return Core::resize(p, count * size); };
  calls.memalign_ = [](size_t align, size_t size) { return Core::allocate_aligned(size, align); };
  calls.aligned_alloc_ = calls.memalign_;
  calls.posix_memalign_ = [](void** p, size_t align, size_t size) {
    *p = Core::allocate_aligned(size, align);
    return 0;
  };
  calls.valloc_ = [](size_t size) { return Core::allocate_aligned(size, 4096); };
  calls.pvalloc_ = [](size_t size) { return Core::allocate_aligned((size + 4095) & ~size_t{4095}, 4096); };
  calls.free_ = Core::release;
  calls.free_sized_ = [](void* p, size_t) { Core::release(p); };
  calls.free_aligned_sized_ = [](void* p, size_t, size_t) { Core::release(p); };
  calls.usable_size_ = Core::usable;

  calls.new_ = calls.new_array_ = Core::allocate;
  calls.new_nothrow_ = calls.new_array_nothrow_ = [](size_t size, Nothrow) { return Core::allocate(size); };
  calls.new_aligned_ = calls.new_array_aligned_ = Core::allocate_aligned;
  calls.new_aligned_nothrow_ = calls.new_array_aligned_nothrow_ = [](size_t size, size_t align, Nothrow) {
    return Core::allocate_aligned(size, align);
  };
  calls.delete_ = calls.delete_array_ = Core::release;
  calls.delete_sized_ = calls.delete_array_sized_ = calls.free_sized_;
  calls.delete_aligned_ = calls.delete_array_aligned_ = calls.free_sized_;
  calls.delete_sized_aligned_ = calls.delete_array_sized_aligned_ = calls.free_aligned_sized_;
  calls.delete_nothrow_ = calls.delete_array_nothrow_ = [](void* p, Nothrow) { Core::release(p); };
  calls.delete_aligned_nothrow_ =
      calls.delete_array_aligned_nothrow_ = [](void* p, size_t, Nothrow) { Core::release(p); };
  return calls;
}

}  // namespace heapreel::allocators
