// Blocks whose sizes need more than 32 bits; none is touched. A machine that refuses them makes failed calls of them.
#include <malloc.h>

#include "truth.h"

static const size_t kGigabyte = (size_t)1 << 30;

int main(void) {
  truth_open();
  truth_fence_opens();
  for (size_t i = 0; i < 20; ++i) {
    void* block = truth_malloc(5 * kGigabyte + i);
    if (block != NULL) truth_free(block);
    block = truth_born("memalign", 4 * kGigabyte + i, 1 << 20, memalign(1 << 20, 4 * kGigabyte + i));
    if (block != NULL) truth_free(block);
    void* small = truth_malloc(40);
    void* grown = truth_moved("realloc", 6 * kGigabyte + i, (uintptr_t)small, realloc(small, 6 * kGigabyte + i));
    truth_free(grown != NULL ? grown : small);
    block = truth_born("calloc", ((size_t)1 << 32) + i, 0, calloc(1, ((size_t)1 << 32) + i));
    if (block != NULL) truth_free(block);
  }
  truth_malloc((size_t)1 << 62);
  truth_fence_closes();
  return 0;
}
