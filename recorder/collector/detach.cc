// Leaving the terminal.
#include "recorder/collector/detach.h"

#include <algorithm>
#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace heapreel::collector {

void leave_the_terminal(std::vector<int> keep) {
  (void)setsid();
  (void)pthread_setname_np(pthread_self(), "heapreel-collect");
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {0, 1, 2}) (void)dup2(nowhere, stream);
  std::sort(keep.begin(), keep.end());
  unsigned next = 3;
  for (const int fd : keep) {
    if (static_cast<unsigned>(fd) > next) (void)syscall(SYS_close_range, next, static_cast<unsigned>(fd) - 1, 0);
    next = static_cast<unsigned>(fd) + 1;
  }
  (void)syscall(SYS_close_range, next, ~0U, 0);
}

}  // namespace heapreel::collector
