// Threads that allocate until another process kills them all, at a moment nobody planned.
//   killed DELAY_US
#include <pthread.h>
#include <signal.h>

#include "truth.h"

enum { kThreads = 4 };

static uint64_t* allocated[kThreads];
static uint64_t* freed[kThreads];

static void* work(void* number) {
  const size_t i = (size_t)number;
  for (;;) {
    void* block = malloc(600 + i);
    ++*allocated[i];
    free(block);
    ++*freed[i];
  }
  return NULL;
}

static void be_killer(pid_t victim, uint64_t delay_us) {
  usleep((useconds_t)delay_us);
  kill(victim, SIGKILL);
  _exit(0);
}

int main(int argc, char** argv) {
  truth_open();
  const pid_t self = getpid();
  if (fork() == 0) be_killer(self, truth_argument(argc, argv, 1, 50000));
  for (size_t i = 0; i < kThreads; ++i) {
    char name[24];
    snprintf(name, sizeof name, "allocated%zu", i);
    allocated[i] = truth_figure(name, 0);
    snprintf(name, sizeof name, "freed%zu", i);
    freed[i] = truth_figure(name, 0);
  }
  pthread_t threads[kThreads];
  for (size_t i = 0; i < kThreads; ++i) pthread_create(&threads[i], NULL, work, (void*)i);
  for (size_t i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  return 1;
}
