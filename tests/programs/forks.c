// A parent that forks while other threads allocate; each child does a few calls of its own and leaves by _exit.
//   forks COUNT
// The threads stop for nothing, not even for each other: a lock that one of them held at a fork would hang the child.
// They allocate in bursts, so that the record of a second can be read in seconds.
#include <pthread.h>
#include <sys/wait.h>

#include "truth.h"

enum { kThreads = 2, kBlocks = 20, kBurst = 20, kPauses = 4000 };

static int stop;
static uint64_t* made[kThreads];

static void* work(void* number) {
  const size_t i = (size_t)number;
  while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
    for (int n = 0; n < kBurst; ++n) free(malloc(600 + i));
    *made[i] += kBurst;
    for (int n = 0; n < kPauses; ++n) __builtin_ia32_pause();
  }
  return NULL;
}

static void be_child(size_t number) {
  truth_open();
  truth_thread = (uint32_t)number;
  truth_fence_opens();
  truth_blocks(100 + number, kBlocks);
  truth_fence_closes();
  _exit(0);
}

int main(int argc, char** argv) {
  truth_open();
  const size_t count = truth_argument(argc, argv, 1, 20);
  pthread_t threads[kThreads];
  made[0] = truth_figure("made0", 0);
  made[1] = truth_figure("made1", 0);
  for (size_t i = 0; i < kThreads; ++i) pthread_create(&threads[i], NULL, work, (void*)i);
  uint64_t alive = 0;
  for (size_t i = 0; i < count; ++i) {
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
