// Threads that are stopped, or left behind, while they allocate.
//   cancelled:     pthread_cancel at a cancellation point; the clean-up handler frees what is held
//   main_first:    main leaves by pthread_exit; the others go on and the last one ends the process
//   exit_amid:     main calls exit while the others allocate
// Each thread keeps two figures: allocations that returned, and frees that returned.
#include <pthread.h>
#include <time.h>

#include "truth.h"

enum { kThreads = 4, kSize = 600, kEnough = 20000 };

static uint64_t* allocated[kThreads];
static uint64_t* freed[kThreads];
static int endless;

static void wait_a_little(void) {
  const struct timespec pause = {.tv_nsec = 1000000};
  nanosleep(&pause, NULL);
}

static void release(void* block) {
  const uint32_t i = truth_thread;
  if (block == NULL) return;
  free(block);
  ++*freed[i];
}

static void* work(void* number) {
  const size_t i = (size_t)number;
  truth_thread = (uint32_t)i;
  for (volatile size_t done = 0; endless || done < kEnough; done = done + 1) {
    void* block = malloc(kSize + i);
    __atomic_store_n(allocated[i], *allocated[i] + 1, __ATOMIC_RELAXED);
    pthread_cleanup_push(release, block);
    if (done % 64 == 0) pthread_testcancel();
    pthread_cleanup_pop(1);
  }
  return NULL;
}

static void start(pthread_t* threads) {
  for (size_t i = 0; i < kThreads; ++i) {
    char name[24];
    snprintf(name, sizeof name, "allocated%zu", i);
    allocated[i] = truth_figure(name, 0);
    snprintf(name, sizeof name, "freed%zu", i);
    freed[i] = truth_figure(name, 0);
  }
  for (size_t i = 0; i < kThreads; ++i) pthread_create(&threads[i], NULL, work, (void*)i);
}

static void wait_for_all(void) {
  for (size_t i = 0; i < kThreads; ++i)
    while (__atomic_load_n(allocated[i], __ATOMIC_RELAXED) < kEnough / 4) wait_a_little();
}

int main(int argc, char** argv) {
  const char* mode = argc > 1 ? argv[1] : "cancelled";
  pthread_t threads[kThreads];
  truth_open();
  endless = strcmp(mode, "main_first") != 0;
  start(threads);
  if (!endless) pthread_exit(NULL);
  wait_for_all();
  if (strcmp(mode, "exit_amid") == 0) exit(0);
  for (size_t i = 0; i < kThreads; ++i) pthread_cancel(threads[i]);
  for (size_t i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  return 0;
}
