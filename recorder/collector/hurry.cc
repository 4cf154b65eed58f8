// What the kernel says of our waiting.
#include "recorder/collector/hurry.h"

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace heapreel::collector {

// "1234 567 89": nanoseconds on a processor, nanoseconds ready but without one, slices.
uint64_t waited_for_processor_ns() {
  const int file = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[96] = {};
  const ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  unsigned long long ran_ns = 0;
  unsigned long long waited_ns = 0;
  if (length <= 0 || std::sscanf(text, "%llu %llu", &ran_ns, &waited_ns) != 2) return 0;
  return waited_ns;
}

}  // namespace heapreel::collector
