// Runs out of memory under RLIMIT_AS: the calls that fail are told as failed, and it goes on with what it has.
#include <sys/resource.h>

#include "truth.h"

enum { kMegabyte = 1 << 20, kMost = 4096 };

int main(void) {
  static void* blocks[kMost];
  truth_open();
  const rlim_t limit = (rlim_t)600 * kMegabyte;  // room for what a recorder has mapped already, and not for 1 GiB more
  const struct rlimit both = {.rlim_cur = limit, .rlim_max = limit};
  truth_fence_opens();
  truth_require(setrlimit(RLIMIT_AS, &both) == 0, "setrlimit failed");
  size_t count = 0;
  while (count < kMost && (blocks[count] = truth_malloc(kMegabyte + count)) != NULL) ++count;
  truth_require(count < kMost, "nothing failed");
  for (size_t i = 0; i < 10; ++i) truth_malloc(100 * kMegabyte + i);
  for (size_t i = 0; i < count; ++i) truth_free(blocks[i]);
  truth_blocks(100, 1000);
  truth_fence_closes();
  truth_figure("failed", 11);
  return 0;
}
