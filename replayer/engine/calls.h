// The entry points of the allocator under test, as a table: the engine calls through it, so that an allocator that is
// linked, preloaded or built in is called the same way, by one indirect call, as through a program's own linkage table.
#pragma once

#include <cstddef>
#include <new>

namespace heapreel::engine {

struct Calls {
  using Allocate = void* (*)(size_t);
  using AllocateNothrow = void* (*)(size_t, const std::nothrow_t&);
  using AllocateAligned = void* (*)(size_t size, size_t align);
  using AllocateAlignedNothrow = void* (*)(size_t size, size_t align, const std::nothrow_t&);
  using Free = void (*)(void*);
  using FreeSized = void (*)(void*, size_t);
  using FreeSizedAligned = void (*)(void*, size_t size, size_t align);
  using FreeNothrow = void (*)(void*, const std::nothrow_t&);
  using FreeAlignedNothrow = void (*)(void*, size_t align, const std::nothrow_t&);

  Allocate malloc_ = nullptr;
  void* (*calloc_)(size_t, size_t) = nullptr;
  void* (*realloc_)(void*, size_t) = nullptr;
  void* (*reallocarray_)(void*, size_t, size_t) = nullptr;
  void* (*memalign_)(size_t align, size_t size) = nullptr;
  int (*posix_memalign_)(void**, size_t align, size_t size) = nullptr;
  void* (*aligned_alloc_)(size_t align, size_t size) = nullptr;
  Allocate valloc_ = nullptr;
  Allocate pvalloc_ = nullptr;
  Free free_ = nullptr;
  FreeSized free_sized_ = nullptr;
  void (*free_aligned_sized_)(void*, size_t align, size_t size) = nullptr;
  size_t (*usable_size_)(void*) = nullptr;

  Allocate new_ = nullptr, new_array_ = nullptr;
  AllocateNothrow new_nothrow_ = nullptr, new_array_nothrow_ = nullptr;
  AllocateAligned new_aligned_ = nullptr, new_array_aligned_ = nullptr;
  AllocateAlignedNothrow new_aligned_nothrow_ = nullptr, new_array_aligned_nothrow_ = nullptr;
  Free delete_ = nullptr, delete_array_ = nullptr;
  FreeSized delete_sized_ = nullptr, delete_array_sized_ = nullptr;
  FreeSized delete_aligned_ = nullptr, delete_array_aligned_ = nullptr;  // (pointer, alignment)
  FreeSizedAligned delete_sized_aligned_ = nullptr, delete_array_sized_aligned_ = nullptr;
  FreeNothrow delete_nothrow_ = nullptr, delete_array_nothrow_ = nullptr;
  FreeAlignedNothrow delete_aligned_nothrow_ = nullptr, delete_array_aligned_nothrow_ = nullptr;

  Free thread_end_ = nullptr;  // of built-in allocators: called by a thread that ends, with null
};

}  // namespace heapreel::engine
