// The readings of readings.h. /proc/self/statm costs about 1 us, status 6, smaps_rollup milliseconds.
#include "replayer/runner/readings.h"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace heapreel::runner {
namespace {

constexpr uint64_t kPageBytes = 4096;
int statm_fd = -1;

uint64_t kib_after(const char* text, const char* name) {
  const char* const found = std::strstr(text, name);
  return found != nullptr ? std::strtoull(found + std::strlen(name), nullptr, 10) * 1024 : 0;
}

}  // namespace

bool prepare_readings() {
  statm_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  return statm_fd >= 0 && rss_anon_bytes() != 0;
}

// Resident pages that are no file's: the second figure less the third.
uint64_t rss_anon_bytes() {
  char text[128];
  const ssize_t got = pread(statm_fd, text, sizeof text - 1, 0);
  if (got <= 0) return 0;
  text[got] = 0;
  char* at = text;
  std::strtoull(at, &at, 10);
  const uint64_t resident = std::strtoull(at, &at, 10);
  const uint64_t shared = std::strtoull(at, &at, 10);
  return (resident - shared) * kPageBytes;
}

uint64_t process_cpu_ns() {
  timespec now{};
  syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

// A small file of /proc as text; empty if it cannot be read.
template <size_t kBytes>
void read_text(const char* path, char (&text)[kBytes]) {
  text[0] = 0;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  const ssize_t got = read(fd, text, kBytes - 1);
  close(fd);
  if (got > 0) text[got] = 0;
}

uint64_t rss_file_bytes() {
  char text[4096];
  read_text("/proc/self/status", text);
  return kib_after(text, "RssFile:");
}

MemoryDetails memory_details() {
  char text[4096];
  read_text("/proc/self/smaps_rollup", text);
  return {.lazy_free_bytes = kib_after(text, "LazyFree:"), .huge_bytes = kib_after(text, "AnonHugePages:")};
}

}  // namespace heapreel::runner
