// The counters of counters.h, by perf_event_open(2). Each is an event of its own: when there are more of them than the
// processor has registers, the kernel lets them take turns, and what they say is scaled by the time they had.
#include "replayer/runner/counters.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace heapreel::runner {
namespace {

struct EventKind {
  uint32_t type;
  uint64_t config;
};

constexpr uint64_t kDataTlbLoadMisses =
    PERF_COUNT_HW_CACHE_DTLB | PERF_COUNT_HW_CACHE_OP_READ << 8 | PERF_COUNT_HW_CACHE_RESULT_MISS << 16;

constexpr EventKind kKinds[measure::kCounters] = {
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},   {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES}, {PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES},
    {PERF_TYPE_HW_CACHE, kDataTlbLoadMisses},         {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK}};

int open_counter(const EventKind& kind) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = kind.type;
  attributes.config = kind.config;
  attributes.disabled = 1;
  attributes.inherit = 1;
  attributes.exclude_kernel = 1;  // allowed to ordinary users
  attributes.exclude_hv = 1;
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

}  // namespace

Counters::Counters() {
  for (size_t i = 0; i < measure::kCounters; ++i) fds_[i] = open_counter(kKinds[i]);
}

Counters::~Counters() {
  for (const int fd : fds_)
    if (fd >= 0) close(fd);
}

void Counters::start() const {
  for (const int fd : fds_)
    if (fd >= 0) ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
}

void Counters::stop(measure::Board& board) const {
  for (const int fd : fds_)
    if (fd >= 0) ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
  for (size_t i = 0; i < measure::kCounters; ++i) {
    uint64_t read_back[3] = {};  // the count, the time it was enabled, the time it counted
    if (fds_[i] < 0 || read(fds_[i], read_back, sizeof read_back) != sizeof read_back || read_back[2] == 0) continue;
    const double share = static_cast<double>(read_back[1]) / static_cast<double>(read_back[2]);
    board.counters[i] = {static_cast<uint64_t>(static_cast<double>(read_back[0]) * share), 1, 0};
  }
}

}  // namespace heapreel::runner
