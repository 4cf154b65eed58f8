// Becomes a daemon the old way: fork, setsid, fork, every descriptor closed, then works. The two that only fork leave
// at once, so the recorder sees its command end long before the last process does.
#include <sys/stat.h>
#include <time.h>

#include "truth.h"

static void step(uint32_t generation) {
  truth_open();
  truth_thread = generation;
  truth_fence_opens();
  truth_blocks(100 + 10 * generation, 200);
  truth_fence_closes();
}

int main(void) {
  step(1);
  if (fork() != 0) _exit(0);
  step(2);
  setsid();
  if (fork() != 0) _exit(0);
  (void)!chdir("/");
  umask(0);
  for (int fd = 0; fd < 1024; ++fd) close(fd);
  const struct timespec pause = {.tv_nsec = 300000000};
  nanosleep(&pause, NULL);
  step(3);
  return 0;
}
