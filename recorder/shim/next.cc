// Finding the next allocator, and the arena that serves until it is found.
#include "recorder/shim/next.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <initializer_list>
#include <link.h>
#include <string.h>

#include "recorder/shim/os.h"

namespace heapreel::shim {
namespace {

// --- the arena ------------------------------------------------------------------------------------------------------

constexpr size_t kArenaBytes = 64 << 10;
constexpr size_t kHeader = 16;  // in front of each block: its size

alignas(16) char g_arena[kArenaBytes];
size_t g_arena_used = 0;

bool in_arena(const void* block) {
  return reinterpret_cast<uintptr_t>(block) - reinterpret_cast<uintptr_t>(g_arena) < kArenaBytes;
}

size_t arena_size(const void* block) {
  size_t bytes;
  memcpy(&bytes, static_cast<const char*>(block) - kHeader, sizeof bytes);
  return bytes;
}

// Beyond the arena every block gets pages of its own, which are never given back.
void* arena_allocate(size_t align, size_t bytes) {
  const size_t need = (bytes + kHeader + align + 15) & ~size_t{15};
  if (need < bytes) return nullptr;
  const size_t at = __atomic_fetch_add(&g_arena_used, need, __ATOMIC_RELAXED);
  char* const memory = at + need <= kArenaBytes ? g_arena + at : static_cast<char*>(os::map_private(need));
  if (memory == nullptr) return nullptr;
  char* const block =
      reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(memory) + kHeader + align - 1) & ~(uintptr_t{align} - 1));
  memcpy(block - kHeader, &bytes, sizeof bytes);
  return block;
}

void* arena_malloc(size_t bytes) { return arena_allocate(16, bytes); }
void* arena_calloc(size_t count, size_t bytes) {
  size_t all;
  return __builtin_mul_overflow(count, bytes, &all) ? nullptr : arena_allocate(16, all);
}
void* arena_realloc(void* block, size_t bytes) {
  void* const moved = arena_allocate(16, bytes);
  if (moved != nullptr && block != nullptr) {
    const size_t kept = arena_size(block);
    memcpy(moved, block, kept < bytes ? kept : bytes);
  }
  return moved;
}
void* arena_reallocarray(void* block, size_t count, size_t bytes) {
  size_t all;
  return __builtin_mul_overflow(count, bytes, &all) ? nullptr : arena_realloc(block, all);
}
void arena_free(void*) {}
int arena_posix_memalign(void** result, size_t align, size_t bytes) {
  *result = arena_allocate(align < 16 ? 16 : align, bytes);
  return *result != nullptr ? 0 : ENOMEM;
}
void* arena_memalign(size_t align, size_t bytes) { return arena_allocate(align < 16 ? 16 : align, bytes); }
void* arena_valloc(size_t bytes) { return arena_allocate(4096, bytes); }
size_t arena_usable_size(void* block) { return block != nullptr ? arena_size(block) : 0; }
void arena_free_sized(void*, size_t) {}
void arena_free_aligned_sized(void*, size_t, size_t) {}

// --- what the next allocator lacks ----------------------------------------------------------------------------------

void free_instead_of_sized(void* block, size_t) { g_next.free(block); }
void free_instead_of_aligned_sized(void* block, size_t, size_t) { g_next.free(block); }
void* realloc_instead_of_array(void* block, size_t count, size_t bytes) {
  size_t all;
  if (!__builtin_mul_overflow(count, bytes, &all)) return g_next.realloc(block, all);
  errno = ENOMEM;
  return nullptr;
}

// --- once the arena has been used: its blocks must not reach the allocator ------------------------------------------

Next g_real;

void sorted_free(void* block) {
  if (!in_arena(block)) g_real.free(block);
}
void sorted_free_sized(void* block, size_t bytes) {
  if (!in_arena(block)) g_real.free_sized(block, bytes);
}
void sorted_free_aligned_sized(void* block, size_t align, size_t bytes) {
  if (!in_arena(block)) g_real.free_aligned_sized(block, align, bytes);
}
void* sorted_realloc(void* block, size_t bytes) {
  if (!in_arena(block)) return g_real.realloc(block, bytes);
  void* const moved = g_real.malloc(bytes);
  const size_t kept = arena_size(block);
  if (moved != nullptr) memcpy(moved, block, kept < bytes ? kept : bytes);
  return moved;
}
void* sorted_reallocarray(void* block, size_t count, size_t bytes) {
  return in_arena(block) ? realloc_instead_of_array(block, count, bytes) : g_real.reallocarray(block, count, bytes);
}
size_t sorted_usable_size(void* block) {
  return in_arena(block) ? arena_size(block) : g_real.malloc_usable_size(block);
}

void sort_out_arena_blocks() {
  g_real = g_next;
  g_next.free = sorted_free;
  g_next.free_sized = sorted_free_sized;
  g_next.free_aligned_sized = sorted_free_aligned_sized;
  g_next.realloc = sorted_realloc;
  g_next.reallocarray = sorted_reallocarray;
  g_next.malloc_usable_size = sorted_usable_size;
}

template <class Function>
void find(Function*& into, const char* name, Function* instead = nullptr) {
  void* const found = find_next(name);
  if (found != nullptr)
    into = reinterpret_cast<Function*>(found);
  else if (instead != nullptr)
    into = instead;
}

constexpr const char* kCxxNames[kCxxForms] = {"_Znwm",
                                              "_Znam",
                                              "_ZnwmRKSt9nothrow_t",
                                              "_ZnamRKSt9nothrow_t",
                                              "_ZnwmSt11align_val_t",
                                              "_ZnamSt11align_val_t",
                                              "_ZnwmSt11align_val_tRKSt9nothrow_t",
                                              "_ZnamSt11align_val_tRKSt9nothrow_t",
                                              "_ZdlPv",
                                              "_ZdaPv",
                                              "_ZdlPvm",
                                              "_ZdaPvm",
                                              "_ZdlPvSt11align_val_t",
                                              "_ZdaPvSt11align_val_t",
                                              "_ZdlPvmSt11align_val_t",
                                              "_ZdaPvmSt11align_val_t",
                                              "_ZdlPvRKSt9nothrow_t",
                                              "_ZdaPvRKSt9nothrow_t",
                                              "_ZdlPvSt11align_val_tRKSt9nothrow_t",
                                              "_ZdaPvSt11align_val_tRKSt9nothrow_t"};

// A failed search leaves a message, which the program's next search would free: the second call here does.
void forget_failure() {
  (void)dlerror();
  (void)dlerror();
}

// A C++ library that was loaded privately (RTLD_LOCAL) is not among what RTLD_NEXT searches.
void* find_in_private_library(const char* name) {
  for (const char* library : {"libstdc++.so.6", "libc++abi.so.1", "libc++.so.1"}) {
    void* const handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
    if (handle == nullptr) continue;
    void* const found = dlsym(handle, name);
    dlclose(handle);
    if (found != nullptr) return found;
  }
  forget_failure();
  return nullptr;
}

}  // namespace

Next g_next = {arena_malloc,
               arena_free,
               arena_calloc,
               arena_realloc,
               arena_reallocarray,
               arena_memalign,
               arena_posix_memalign,
               arena_memalign,
               arena_valloc,
               arena_valloc,
               arena_usable_size,
               arena_free_sized,
               arena_free_aligned_sized};
void* g_next_cxx[kCxxForms];

void* find_next(const char* name) {
  const int saved = errno;
  void* const found = dlsym(RTLD_NEXT, name);
  if (found == nullptr) forget_failure();
  errno = saved;
  return found;
}

void* find_next_cxx(CxxForm form) {
  void* found = find_next(kCxxNames[form]);
  if (found == nullptr) found = find_in_private_library(kCxxNames[form]);
  __atomic_store_n(&g_next_cxx[form], found, __ATOMIC_RELAXED);
  return found;
}

namespace {

// A program of C++ has its operators now: a search at their first use would take the message of the program's own last
// failed search away, and free it where nobody sees.
void find_all_cxx() {
  g_next_cxx[0] = find_next(kCxxNames[0]);
  if (g_next_cxx[0] == nullptr) return;
  for (int form = 1; form < kCxxForms; ++form) g_next_cxx[form] = find_next(kCxxNames[form]);
}

}  // namespace

void resolve_next() {
  Next next = g_next;
  find(next.malloc, "malloc");
  find(next.free, "free");
  find(next.calloc, "calloc");
  find(next.realloc, "realloc");
  find(next.reallocarray, "reallocarray", realloc_instead_of_array);
  find(next.memalign, "memalign");
  find(next.posix_memalign, "posix_memalign");
  find(next.aligned_alloc, "aligned_alloc", next.memalign);
  find(next.valloc, "valloc");
  find(next.pvalloc, "pvalloc");
  find(next.malloc_usable_size, "malloc_usable_size");
  find(next.free_sized, "free_sized", free_instead_of_sized);
  find(next.free_aligned_sized, "free_aligned_sized", free_instead_of_aligned_sized);
  find_all_cxx();  // while what a failed search takes comes from the arena: the program's heap stays as it is
  g_next = next;
  if (__atomic_load_n(&g_arena_used, __ATOMIC_RELAXED) != 0) sort_out_arena_blocks();
}

bool next_is_glibc() {
  Dl_info of_malloc{};
  Dl_info of_libc{};
  return dladdr(reinterpret_cast<void*>(g_next.malloc), &of_malloc) != 0 &&
         dladdr(reinterpret_cast<void*>(&gnu_get_libc_version), &of_libc) != 0 &&
         of_malloc.dli_fbase == of_libc.dli_fbase;
}

uint32_t bootstrap_bytes() { return static_cast<uint32_t>(__atomic_load_n(&g_arena_used, __ATOMIC_RELAXED)); }

}  // namespace heapreel::shim
