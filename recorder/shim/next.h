// The functions that calls are passed on to: those of the allocator that the program would use without us.
//
// Found by dlsym(RTLD_NEXT) at the first call. What dlsym itself allocates meanwhile comes from a small arena of ours,
// and goes back to it for ever after.
#pragma once

#include <cstddef>
#include <cstdint>
#include <pthread.h>

namespace heapreel::shim {

struct Next {
  void* (*malloc)(size_t);
  void (*free)(void*);
  void* (*calloc)(size_t, size_t);
  void* (*realloc)(void*, size_t);
  void* (*reallocarray)(void*, size_t, size_t);
  void* (*memalign)(size_t, size_t);
  int (*posix_memalign)(void**, size_t, size_t);
  void* (*aligned_alloc)(size_t, size_t);
  void* (*valloc)(size_t);
  void* (*pvalloc)(size_t);
  size_t (*malloc_usable_size)(void*);
  void (*free_sized)(void*, size_t);
  void (*free_aligned_sized)(void*, size_t, size_t);
};
extern Next g_next __attribute__((visibility("hidden")));

// The 8 forms of operator new and the 12 of operator delete, found when they are first called: a C program may load
// libstdc++ late, and privately.
enum CxxForm {
  kCxxNew,
  kCxxNewArray,
  kCxxNewNothrow,
  kCxxNewArrayNothrow,
  kCxxNewAligned,
  kCxxNewArrayAligned,
  kCxxNewAlignedNothrow,
  kCxxNewArrayAlignedNothrow,
  kCxxDelete,
  kCxxDeleteArray,
  kCxxDeleteSized,
  kCxxDeleteArraySized,
  kCxxDeleteAligned,
  kCxxDeleteArrayAligned,
  kCxxDeleteSizedAligned,
  kCxxDeleteArraySizedAligned,
  kCxxDeleteNothrow,
  kCxxDeleteArrayNothrow,
  kCxxDeleteAlignedNothrow,
  kCxxDeleteArrayAlignedNothrow,
  kCxxForms
};
extern void* g_next_cxx[kCxxForms] __attribute__((visibility("hidden")));
void* find_next_cxx(CxxForm form);  // also stores it

// The function of that name after us; null if there is none.
void* find_next(const char* name);

// Fills g_next, once; a call from inside it (dlsym allocates) is served by the arena.
void resolve_next();

// Whether the next malloc is glibc's own: it never calls a public entry point for its own work.
bool next_is_glibc();

uint32_t bootstrap_bytes();

}  // namespace heapreel::shim
