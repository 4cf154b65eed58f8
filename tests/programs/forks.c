// A parent that forks while other threads allocate; each child frees half of what it inherits from the forking thread,
// does a few calls of its own and leaves by _exit. From fork to fork one of the inherited blocks is another.
//   forks COUNT
// The threads stop for nothing, not even for each other: a lock that one of them held at a fork would hang the child.
// They allocate in bursts, so that the record of a second can be read in seconds.
#include <pthread.h>
#include <sys/wait.h>

#include "truth.h"

enum { kThreads = 4, kBlocks = 20, kHeirlooms = 50, kBurst = 20, kPauses = 4000 };

static int stop;
static uint64_t* made[kThreads];
static void* heirlooms[kHeirlooms];
static size_t sizes[kHeirlooms];

static void* work(void* number) {
  const size_t i = (size_t)number;
  while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
    for (int n = 0; n < kBurst; ++n) free(malloc(600 + i));
    *made[i] += kBurst;
    for (int n = 0; n < kPauses; ++n) __builtin_ia32_pause();
  }
  return NULL;
}

static void replace_heirloom(size_t i, size_t size) {
  free(heirlooms[i]);
  heirlooms[i] = malloc(size);
  sizes[i] = size;
}

static void be_child(size_t number) {
  truth_open();
  truth_thread = (uint32_t)number;
  for (size_t i = 0; i < kHeirlooms; ++i) truth_row("=inherited", sizes[i])->object = (uintptr_t)heirlooms[i];
  truth_fence_opens();
  for (size_t i = number % 2; i < kHeirlooms; i += 2) truth_free(heirlooms[i]);
  truth_blocks(100 + number, kBlocks);
  truth_fence_closes();
  _exit(0);
}

int main(int argc, char** argv) {
  truth_open();
  const size_t count = truth_argument(argc, argv, 1, 20);
  const char* const names[kThreads] = {"made0", "made1", "made2", "made3"};
  pthread_t threads[kThreads];
  for (size_t i = 0; i < kHeirlooms; ++i) replace_heirloom(i, 20000 + i);
  for (size_t i = 0; i < kThreads; ++i) made[i] = truth_figure(names[i], 0);
  for (size_t i = 0; i < kThreads; ++i) pthread_create(&threads[i], NULL, work, (void*)i);
  uint64_t alive = 0;
  for (size_t i = 0; i < count; ++i) {
    replace_heirloom(i % kHeirlooms, 21000 + i);
    const pid_t child = fork();
    if (child == 0) be_child(i + 1);
    int status = 1;
    waitpid(child, &status, 0);
    if (status == 0) ++alive;
  }
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  for (size_t i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  truth_figure("children", count);
  truth_figure("children_well", alive);
  return 0;
}
