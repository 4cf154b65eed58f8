// Many threads: `short N` one after the other in small groups, `live N` all alive at once. Each does a few calls of its
// own sizes. With `live` the resident size is kept once all are alive, as a figure.
#include <pthread.h>

#include "truth.h"

enum { kMost = 4096, kGroup = 8, kBlocks = 10 };

static pthread_t threads[kMost];
static pthread_barrier_t all_alive;
static int are_live;

static uint64_t resident_kib(void) {
  char text[4096];
  const int fd = open("/proc/self/status", O_RDONLY);
  const ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  text[length > 0 ? length : 0] = 0;
  const char* line = strstr(text, "VmRSS:");
  return line != NULL ? strtoull(line + 6, NULL, 10) : 0;
}

static void* work(void* number) {
  truth_thread = (uint32_t)(uintptr_t)number;
  truth_fence_opens();
  truth_blocks(16 + truth_thread, kBlocks);
  truth_fence_closes();
  if (are_live) {
    pthread_barrier_wait(&all_alive);
    pthread_barrier_wait(&all_alive);
  }
  return NULL;
}

static void start(size_t i) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 128 << 10);
  truth_require(pthread_create(&threads[i], &attributes, work, (void*)(i + 1)) == 0, "cannot create a thread");
  pthread_attr_destroy(&attributes);
}

static void run_short(size_t count) {
  for (size_t i = 0; i < count; i += kGroup) {
    const size_t end = i + kGroup < count ? i + kGroup : count;
    for (size_t j = i; j < end; ++j) start(j);
    for (size_t j = i; j < end; ++j) pthread_join(threads[j], NULL);
  }
}

static void run_live(size_t count) {
  pthread_barrier_init(&all_alive, NULL, (unsigned)count + 1);
  for (size_t i = 0; i < count; ++i) start(i);
  pthread_barrier_wait(&all_alive);
  truth_figure("resident_kib", resident_kib());
  pthread_barrier_wait(&all_alive);
  for (size_t i = 0; i < count; ++i) pthread_join(threads[i], NULL);
}

int main(int argc, char** argv) {
  truth_open();
  const size_t count = truth_argument(argc, argv, 2, 100);
  truth_require(count <= kMost, "too many threads");
  are_live = argc > 1 && strcmp(argv[1], "live") == 0;
  are_live ? run_live(count) : run_short(count);
  return 0;
}
