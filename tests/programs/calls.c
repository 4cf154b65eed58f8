// Every C entry point, 100 times, each call with a size of its own; then the corners: zero, failing, realloc.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>

#include "truth.h"

enum { kCalls = 100 };

typedef void (*FreeSized)(void*, size_t);
typedef void (*FreeAlignedSized)(void*, size_t, size_t);

static void* blocks[kCalls];

static void free_all(void) {
  for (int i = 0; i < kCalls; ++i) truth_free(blocks[i]);
}

static void plain_calls(void) {
  for (size_t i = 0; i < kCalls; ++i) blocks[i] = truth_malloc(1000 + i);
  for (size_t i = 0; i < kCalls; ++i) {
    truth_dies("usable_size", 0, 0, blocks[i]);
    truth_require(malloc_usable_size(blocks[i]) >= 1000 + i, "a block is smaller than asked");
  }
  free_all();
  for (size_t i = 0; i < kCalls; ++i) blocks[i] = truth_born("calloc", 3 * (400 + i), 0, calloc(3, 400 + i));
  free_all();
}

static void aligned_calls(void) {
  for (size_t i = 0; i < kCalls; ++i) blocks[i] = truth_born("memalign", 2000 + i, 64, memalign(64, 2000 + i));
  free_all();
  for (size_t i = 0; i < kCalls; ++i) {
    blocks[i] = NULL;
    truth_require(posix_memalign(&blocks[i], 4096, 2200 + i) == 0, "posix_memalign failed");
    truth_born("posix_memalign", 2200 + i, 4096, blocks[i]);
  }
  free_all();
  for (size_t i = 0; i < kCalls; ++i)
    blocks[i] = truth_born("aligned_alloc", 32 * (80 + i), 32, aligned_alloc(32, 32 * (80 + i)));
  free_all();
  for (size_t i = 0; i < kCalls; ++i) blocks[i] = truth_born("valloc", 2600 + i, 0, valloc(2600 + i));
  free_all();
  for (size_t i = 0; i < kCalls; ++i) blocks[i] = truth_born("pvalloc", 2800 + i, 0, pvalloc(2800 + i));
  free_all();
}

static void* moved(void* block, size_t size) {
  const uintptr_t old = (uintptr_t)block;
  return truth_moved("realloc", size, old, realloc(block, size));
}

// From null, grown a little, grown until they move, shrunk, and ended by size 0.
static void reallocs(void) {
  for (size_t i = 0; i < kCalls; ++i) blocks[i] = moved(NULL, 100 + i);
  for (size_t i = 0; i < kCalls; ++i) blocks[i] = moved(blocks[i], 101 + i);
  for (size_t i = 0; i < kCalls; ++i) blocks[i] = moved(blocks[i], 9000 + 11 * i);
  for (size_t i = 0; i < kCalls; ++i) blocks[i] = moved(blocks[i], 30 + i);
  for (size_t i = 0; i < kCalls; ++i) blocks[i] = moved(blocks[i], 0);
  for (size_t i = 0; i < kCalls; ++i) {
    const uintptr_t old = (uintptr_t)(i % 2 == 0 ? NULL : blocks[i - 1]);
    void* grown = reallocarray((void*)old, 7, 500 + i);
    blocks[i] = truth_moved("reallocarray", 7 * (500 + i), old, grown);
    if (i % 2 != 0) blocks[i - 1] = NULL;
  }
  for (size_t i = 1; i < kCalls; i += 2) truth_free(blocks[i]);
}

static void zero_sizes(void) {
  truth_free(truth_malloc(0));
  truth_free(truth_born("calloc", 0, 0, calloc(0, 7)));
  truth_free(truth_born("memalign", 0, 32, memalign(32, 0)));
  truth_free(moved(NULL, 0));
  free(NULL);
}

static void failing_calls(void) {
  const volatile size_t huge = SIZE_MAX / 2;
  void* volatile kept = truth_malloc(77);  // volatile: the compiler does not know that these reallocs fail
  truth_malloc(huge);
  truth_born("calloc", huge, 0, calloc(1, huge));
  truth_born("memalign", huge, 64, memalign(64, huge));
  truth_born("aligned_alloc", huge - 63, 64, aligned_alloc(64, huge - 63));
  truth_moved("realloc", huge, 0, realloc(NULL, huge));
  truth_moved("realloc", huge, (uintptr_t)kept, realloc(kept, huge));
  truth_moved("reallocarray", huge - 1, (uintptr_t)kept, reallocarray(kept, 2, huge / 2));
  void* none = NULL;
  truth_require(posix_memalign(&none, 64, huge) == ENOMEM, "a huge posix_memalign did not fail");
  truth_born("posix_memalign", huge, 64, none);
  truth_free(kept);
  truth_free(truth_malloc(78));
}

// glibc 2.36 has none of C23's sized frees; whoever is preloaded may.
static void sized_frees(void) {
  const FreeSized free_sized_found = (FreeSized)(uintptr_t)dlsym(RTLD_DEFAULT, "free_sized");
  const FreeAlignedSized free_aligned_found = (FreeAlignedSized)(uintptr_t)dlsym(RTLD_DEFAULT, "free_aligned_sized");
  truth_figure("free_sized", free_sized_found != NULL && free_aligned_found != NULL);
  if (free_sized_found == NULL || free_aligned_found == NULL) return;
  truth_thread = 1;
  truth_fence_opens();
  for (size_t i = 0; i < kCalls; ++i) {
    void* plain = truth_malloc(500 + i);
    free_sized_found(truth_dies("free_sized", 500 + i, 0, plain), 500 + i);
    void* aligned = truth_born("aligned_alloc", 64 * (i + 1), 64, aligned_alloc(64, 64 * (i + 1)));
    free_aligned_found(truth_dies("free_aligned_sized", 64 * (i + 1), 64, aligned), 64, 64 * (i + 1));
  }
  truth_fence_closes();
}

int main(void) {
  truth_open();
  truth_fence_opens();
  plain_calls();
  aligned_calls();
  reallocs();
  zero_sizes();
  failing_calls();
  truth_fence_closes();
  sized_frees();
  return 0;
}
