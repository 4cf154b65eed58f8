// How long a command takes from its start to its end: spawn_loop COUNT [NAME=VALUE...] -- COMMAND [ARGUMENTS]
//
// Runs the command COUNT times, one after the other, and prints the median and the smallest wall time and the mean CPU
// time of a run as JSON. The variables are set for the command alone, so that a preloaded library does not slow down
// this program. Any run that fails ends the measurement with status 1: a recorder that does not work is quick.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

namespace {

uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

uint64_t nanoseconds(const timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_usec) * 1'000;
}

bool run_once(char** command, std::vector<uint64_t>* wall_ns) {
  const uint64_t start_ns = now_ns();
  pid_t pid = 0;
  int status = 0;
  if (posix_spawnp(&pid, command[0], nullptr, nullptr, command, environ) != 0) return false;
  if (waitpid(pid, &status, 0) != pid) return false;
  wall_ns->push_back(now_ns() - start_ns);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Sets the variables before "--"; where the command starts, or null.
char** take_variables(char** argument) {
  for (; *argument != nullptr && strcmp(*argument, "--") != 0; ++argument) {
    if (strchr(*argument, '=') == nullptr || putenv(*argument) != 0) return nullptr;
  }
  return *argument == nullptr ? nullptr : argument + 1;
}

}  // namespace

int main(int count, char** arguments) {
  const uint64_t runs = count < 4 ? 0 : strtoull(arguments[1], nullptr, 10);
  char** command = runs == 0 ? nullptr : take_variables(arguments + 2);
  if (command == nullptr || *command == nullptr) {
    fputs("usage: spawn_loop COUNT [NAME=VALUE...] -- COMMAND [ARGUMENTS]\n", stderr);
    return 2;
  }
  std::vector<uint64_t> wall_ns;
  for (uint64_t run = 0; run < runs; ++run) {
    if (!run_once(command, &wall_ns)) {
      fprintf(stderr, "spawn_loop: run %lu of '%s' failed\n", run, command[0]);
      return 1;
    }
  }
  rusage children{};
  getrusage(RUSAGE_CHILDREN, &children);
  std::sort(wall_ns.begin(), wall_ns.end());
  printf("{\"runs\":%lu,\"median_ns\":%lu,\"smallest_ns\":%lu,\"cpu_ns\":%lu}\n", runs, wall_ns[runs / 2], wall_ns[0],
         (nanoseconds(children.ru_utime) + nanoseconds(children.ru_stime)) / runs);
  return 0;
}
