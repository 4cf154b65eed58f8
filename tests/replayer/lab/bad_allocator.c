// An allocator that does one thing wrong (-DFAULT=...), at its TROUBLE_AT-th small allocation in the main thread.
// Otherwise it is a bump allocator with a header for the size, which is all that a replay needs.
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { NOTHING, RETURNS_NULL, MISALIGNED, OVERLAPS, CRASHES, HANGS, SCRIBBLES, DIRTY_CALLOC };
#ifndef FAULT
#define FAULT NOTHING
#endif
#define TROUBLE_AT 40
#define ROOM ((size_t)1 << 32)

static char* room;
static size_t used;
static long births;
static char* last;
static size_t last_size;

static char* take(size_t alignment, size_t size) {
  if (room == NULL) {
    char* got = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (got == MAP_FAILED) return NULL;
    room = got;
  }
  if (alignment < 16) alignment = 16;
  size_t at = __atomic_load_n(&used, __ATOMIC_RELAXED), begin;
  do {
    begin = (at + 16 + alignment - 1) & ~(alignment - 1);
    if (size > ROOM - begin) return NULL;
  } while (!__atomic_compare_exchange_n(&used, &at, begin + size, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  ((size_t*)(room + begin))[-1] = size;
  return room + begin;
}

// Only blocks of 48 bytes count: the test's program alone asks for those.
static void* birth(size_t alignment, size_t size) {
  char* block = take(alignment, size);
  if (size != 48) return block;
  if (++births == TROUBLE_AT) {
    if (FAULT == RETURNS_NULL) return NULL;
    if (FAULT == MISALIGNED) return block + 4;
    if (FAULT == OVERLAPS && last != NULL) {
      ((size_t*)(last + 16))[-1] = size;
      return last + 16;
    }
    if (FAULT == CRASHES) *(volatile int*)0 = 1;
    if (FAULT == HANGS)
      for (;;) pause();
    if (FAULT == SCRIBBLES && last != NULL) memset(last, 0x5a, last_size);
  }
  last = block;
  last_size = size;
  return block;
}

__attribute__((visibility("default"))) void* malloc(size_t size) { return birth(16, size); }
__attribute__((visibility("default"))) void free(void* block) { (void)block; }

#ifndef MALLOC_ALONE
__attribute__((visibility("default"))) void* calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
  char* block = birth(16, bytes);
  if (FAULT == DIRTY_CALLOC && block != NULL && bytes == 48) block[7] = 1;
  return block;
}
__attribute__((visibility("default"))) void* realloc(void* old, size_t size) {
  char* block = birth(16, size);
  if (old == NULL || block == NULL) return block;
  size_t had = ((size_t*)old)[-1];
  memcpy(block, old, had < size ? had : size);
  return block;
}
__attribute__((visibility("default"))) void* memalign(size_t alignment, size_t size) { return birth(alignment, size); }
__attribute__((visibility("default"))) void* aligned_alloc(size_t alignment, size_t size) {
  return birth(alignment, size);
}
__attribute__((visibility("default"))) int posix_memalign(void** into, size_t alignment, size_t size) {
  *into = birth(alignment, size);
  return *into == NULL ? ENOMEM : 0;
}
__attribute__((visibility("default"))) size_t malloc_usable_size(void* block) {
  return block == NULL ? 0 : ((size_t*)block)[-1];
}
#endif
