// Dies in a given way after an exactly known number of calls.
//   deaths HOW BLOCKS
// BLOCKS mallocs, the first half of them freed, then one more malloc; then the death.
#include <signal.h>

#include "truth.h"

enum { kSize = 48 };

static void die(const char* how) {
  if (strcmp(how, "kill") == 0) kill(getpid(), SIGKILL);
  if (strcmp(how, "abort") == 0) abort();
  if (strcmp(how, "segv") == 0) *(volatile int*)(uintptr_t)16 = 1;
  if (strcmp(how, "term") == 0) raise(SIGTERM);
  if (strcmp(how, "_exit") == 0) _exit(7);
  if (strcmp(how, "quick_exit") == 0) quick_exit(7);
  if (strcmp(how, "exit") == 0) exit(7);
  truth_require(0, "unknown way to die");
}

int main(int argc, char** argv) {
  truth_require(argc > 2, "usage: deaths HOW BLOCKS");
  truth_open();
  const size_t count = truth_argument(argc, argv, 2, 1000);
  void** blocks = mmap(NULL, (count + 1) * sizeof *blocks, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  truth_require(blocks != MAP_FAILED, "no memory");
  truth_figure("allocated", count + 1);
  truth_figure("freed", count / 2);
  for (size_t i = 0; i < count; ++i) blocks[i] = malloc(kSize + i % 3);
  for (size_t i = 0; i < count / 2; ++i) free(blocks[i]);
  blocks[count] = malloc(87654);
  die(argv[1]);
  return 1;
}
