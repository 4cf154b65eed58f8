// An allocator that a signal handler may enter at any instruction: one atomic addition in a reserved range, and no
// reuse. Preloaded behind the recorder it makes every interruption of malloc well defined, so that a lost or mixed-up
// event is the recorder's.
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

static const size_t kReserved = (size_t)64 << 30;
static uintptr_t range;
static size_t used;

static uintptr_t reserved_range(void) {
  uintptr_t begin = __atomic_load_n(&range, __ATOMIC_ACQUIRE);
  if (begin != 0) return begin;
  void* mapped = mmap(NULL, kReserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  uintptr_t expected = 0;
  if (__atomic_compare_exchange_n(&range, &expected, (uintptr_t)mapped, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return (uintptr_t)mapped;
  munmap(mapped, kReserved);
  return expected;
}

// The size stands in front of the block, for realloc.
static void* bump(size_t align, size_t size) {
  if (size > kReserved / 2) {
    errno = ENOMEM;
    return NULL;
  }
  const size_t room = (size + align + 31) & ~(size_t)15;
  const uintptr_t begin = reserved_range() + __atomic_fetch_add(&used, room, __ATOMIC_RELAXED);
  const uintptr_t block = (begin + 16 + align - 1) & ~(uintptr_t)(align - 1);
  ((size_t*)block)[-1] = size;
  return (void*)block;
}

void* malloc(size_t size) { return bump(16, size); }
void free(void* block) { (void)block; }
void* calloc(size_t count, size_t size) { return bump(16, count * size); }
void* memalign(size_t align, size_t size) { return bump(align, size); }
void* aligned_alloc(size_t align, size_t size) { return bump(align, size); }
void* valloc(size_t size) { return bump(4096, size); }
void* pvalloc(size_t size) { return bump(4096, (size + 4095) & ~(size_t)4095); }
size_t malloc_usable_size(void* block) { return block == NULL ? 0 : ((size_t*)block)[-1]; }

int posix_memalign(void** result, size_t align, size_t size) {
  *result = bump(align, size);
  return *result == NULL ? ENOMEM : 0;
}

void* realloc(void* block, size_t size) {
  void* moved = bump(16, size);
  if (block == NULL || moved == NULL) return moved;
  const size_t old_size = malloc_usable_size(block);
  return memcpy(moved, block, old_size < size ? old_size : size);
}
