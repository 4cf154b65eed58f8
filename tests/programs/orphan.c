// A child that begins to allocate and free only when its parent has gone and the parent's reel is whole.
//   orphan REEL [remove]
// With `remove` it removes that reel first: nobody can tell any more what it inherited.
#include <time.h>

#include "truth.h"

enum { kBlocks = 100, kPatience = 10000 };

static void* blocks[kBlocks];

static void wait_for(const char* path) {
  const struct timespec pause = {.tv_nsec = 1000000};
  for (int i = 0; i < kPatience && access(path, F_OK) != 0; ++i) nanosleep(&pause, NULL);
}

int main(int argc, char** argv) {
  truth_open();
  truth_require(argc > 1, "orphan REEL [remove]");
  for (size_t i = 0; i < kBlocks; ++i) blocks[i] = malloc(1000 + i);
  if (fork() != 0) return 0;
  wait_for(argv[1]);
  if (argc > 2) unlink(argv[1]);
  truth_open();
  for (size_t i = 0; i < kBlocks; ++i) truth_row("=inherited", 1000 + i)->object = (uintptr_t)blocks[i];
  truth_fence_opens();
  for (size_t i = 0; i < kBlocks; i += 2) truth_free(blocks[i]);
  truth_fence_closes();
  return 0;
}
