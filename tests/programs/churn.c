// Threads that replace blocks at random, but the same way each time; and one that only allocates at its start, for the
// others to free at their end. What lives then is told as figures.
//   churn ROUNDS
#include <pthread.h>

#include "truth.h"

enum { kThreads = 3, kBlocks = 2000, kLegacy = 300, kSmallest = 2000, kSizes = 300, kReallocEvery = 50 };

static size_t rounds;
static void* legacy[kThreads][kLegacy];
static void* blocks[kThreads][kBlocks];
static size_t sizes[kThreads][kBlocks];

static void* work(void* number) {
  const size_t thread = (size_t)number;
  uint64_t random = thread * 77 + 1;
  for (size_t i = 0; i < rounds; ++i) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    const size_t at = (random >> 33) % kBlocks;
    const size_t size = kSmallest + (random >> 44) % kSizes;
    if (i % kReallocEvery == 0) {
      blocks[thread][at] = realloc(blocks[thread][at], size);
    } else {
      free(blocks[thread][at]);
      blocks[thread][at] = malloc(size);
    }
    sizes[thread][at] = size;
  }
  for (size_t i = 0; i < kLegacy; i += 2) free(legacy[thread][i]);
  return NULL;
}

int main(int argc, char** argv) {
  truth_open();
  rounds = truth_argument(argc, argv, 1, 100000);
  uint64_t live_blocks = 0;
  uint64_t live_bytes = 0;
  pthread_t threads[kThreads];
  for (size_t i = 0; i < kThreads; ++i)
    for (size_t k = 0; k < kLegacy; ++k) legacy[i][k] = malloc(kSmallest + k % kSizes);
  for (size_t i = 0; i < kThreads; ++i) pthread_create(&threads[i], NULL, work, (void*)i);
  for (size_t i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  for (size_t i = 0; i < kThreads; ++i) {
    for (size_t k = 0; k < kBlocks; ++k) {
      live_blocks += blocks[i][k] != NULL;
      live_bytes += sizes[i][k];
    }
    for (size_t k = 1; k < kLegacy; k += 2) {
      ++live_blocks;
      live_bytes += kSmallest + k % kSizes;
    }
  }
  truth_figure("live_blocks", live_blocks);
  truth_figure("live_bytes", live_bytes);
  return 0;
}
