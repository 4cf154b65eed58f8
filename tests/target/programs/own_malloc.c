// A malloc of the program's own: it never gives anything back. Linked into churn.cc in several ways. HEAPREEL_MALLOC is
// the name it goes by, HEAPREEL_API its visibility.
#include <stddef.h>
#include <string.h>

#ifndef HEAPREEL_MALLOC
#define HEAPREEL_MALLOC malloc
#define HEAPREEL_FREE free
#define HEAPREEL_CALLOC calloc
#define HEAPREEL_REALLOC realloc
#endif

static char arena[1 << 24] __attribute__((aligned(16)));
static size_t used;

HEAPREEL_API void* HEAPREEL_MALLOC(size_t size) {
  const size_t at = __atomic_fetch_add(&used, ((size + 15) & ~(size_t)15) + 16, __ATOMIC_RELAXED);
  memcpy(arena + at, &size, sizeof size);
  return arena + at + 16;
}

HEAPREEL_API void HEAPREEL_FREE(void* block) { (void)block; }

HEAPREEL_API void* HEAPREEL_CALLOC(size_t count, size_t size) { return HEAPREEL_MALLOC(count * size); }

HEAPREEL_API void* HEAPREEL_REALLOC(void* block, size_t size) {
  void* fresh = HEAPREEL_MALLOC(size);
  if (block != NULL) {
    size_t before;
    memcpy(&before, (char*)block - 16, sizeof before);
    memcpy(fresh, block, before < size ? before : size);
  }
  return fresh;
}
