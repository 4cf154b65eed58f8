// Starts other programs: `vfork COUNT PROGRAM`, `spawn COUNT PROGRAM`, `fork COUNT PROGRAM`, or `self COUNT`, which
// executes itself COUNT times in one process. Between launches it allocates, and its own stream must stay intact.
#include <spawn.h>
#include <sys/wait.h>

#include "truth.h"

extern char** environ;

static void launch(const char* mode, char* program) {
  char* arguments[] = {program, (char*)"10", NULL};
  pid_t child = -1;
  if (strcmp(mode, "spawn") == 0) {
    truth_require(posix_spawn(&child, program, NULL, NULL, arguments, environ) == 0, "posix_spawn failed");
  } else {
    child = strcmp(mode, "vfork") == 0 ? vfork() : fork();
    if (child == 0) {
      execv(program, arguments);
      _exit(127);
    }
  }
  int status = 1;
  waitpid(child, &status, 0);
  truth_require(status == 0, "a launched program failed");
}

static void again(char** argv, size_t left) {
  char number[24];
  if (left == 0) return;
  snprintf(number, sizeof number, "%zu", left - 1);
  execl("/proc/self/exe", argv[0], "self", number, NULL);
}

int main(int argc, char** argv) {
  truth_open();
  truth_require(argc > 2, "usage: launches vfork|spawn|fork|self COUNT [PROGRAM]");
  const size_t count = truth_argument(argc, argv, 2, 1);
  truth_thread = (uint32_t)(strcmp(argv[1], "self") == 0 ? count : 5000);
  truth_fence_opens();
  truth_blocks(100, 1000);
  for (size_t i = 0; argc > 3 && i < count; ++i) {
    launch(argv[1], argv[3]);
    truth_blocks(200, 10);
  }
  truth_fence_closes();
  if (argc == 3) again(argv, count);
  return 0;
}
