// The watch: one loop of deadlines.
#include "replayer/lab/watch.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace_format/base/ticks.h"

namespace heapreel::lab {
namespace {

using measure::RunState;
using measure::ThreadState;

constexpr uint64_t kSampleNs = 1'000'000;
constexpr uint64_t kLookNs = 100'000'000;
constexpr double kSetUpPatience = 3;  // a large plan is read in before the first op

uint64_t clock_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * base::kNsPerSecond + static_cast<uint64_t>(now.tv_nsec);
}

// Resident anonymous memory of a process: resident less shared of /proc/PID/statm, about 1 us. The file is kept open.
class StatmReader {
 public:
  explicit StatmReader(pid_t pid) : fd_(::open(fmt::format("/proc/{}/statm", pid).c_str(), O_RDONLY | O_CLOEXEC)) {}

  bool read(uint64_t& rss_anon_bytes) const {
    char text[128];
    const ssize_t got = fd_.valid() ? ::pread(fd_.get(), text, sizeof text - 1, 0) : -1;
    if (got <= 0) return false;
    text[got] = '\0';
    char* next = nullptr;
    std::strtoull(text, &next, 10);
    const uint64_t resident = std::strtoull(next, &next, 10);
    const uint64_t shared = std::strtoull(next, &next, 10);
    rss_anon_bytes = (resident - std::min(shared, resident)) * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
    return resident != 0;
  }

 private:
  base::Fd fd_;
};

// A number that changes when anything of the run has moved.
uint64_t mark_of(const BoardMemory& board) {
  uint64_t mark = static_cast<uint64_t>(board.board().state.load(std::memory_order_relaxed));
  for (const measure::ThreadBoard& thread : board.threads()) {
    mark = mark * 0x9e3779b97f4a7c15 + thread.progress.load(std::memory_order_relaxed);
    mark = mark * 31 + static_cast<uint64_t>(thread.state.load(std::memory_order_relaxed));
  }
  return mark;
}

// With recorded times a thread may rightly sleep for as long as the program did.
bool sleeps_by_plan(const BoardMemory& board, const RunRequest& request) {
  return request.orders.pace == measure::Pace::kTimes &&
         std::ranges::any_of(board.threads(), [](const measure::ThreadBoard& thread) {
           return thread.state.load(std::memory_order_relaxed) == ThreadState::kWaitsForTime;
         });
}

class Watch {
 public:
  Watch(pid_t pid, const BoardMemory& board, const RunRequest& request)
      : pid_(pid),
        board_(board),
        request_(request),
        pidfd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))),
        statm_(pid),
        began_ns_(clock_ns(CLOCK_MONOTONIC)),
        moved_ns_(began_ns_) {}

  Watched run() {
    const uint64_t cpu_before = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    uint64_t next_ns = began_ns_;
    while (!ended(next_ns)) {
      const uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
      if (request_.sample_rss) sample();
      if (now_ns - looked_ns_ >= kLookNs) look(now_ns);
      const uint64_t step = request_.sample_rss ? kSampleNs : kLookNs;
      next_ns = std::max(next_ns + step, now_ns);  // a late sample does not make the following ones crowd
    }
    seen_.sampler_cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_before;
    return std::move(seen_);
  }

 private:
  // Waits for the end until the deadline. Without pidfd_open (kernels before 5.3) it asks at each deadline.
  bool ended(uint64_t deadline_ns) {
    const uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
    const uint64_t rest_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
    const timespec rest{.tv_sec = static_cast<time_t>(rest_ns / base::kNsPerSecond),
                        .tv_nsec = static_cast<long>(rest_ns % base::kNsPerSecond)};
    pollfd entry{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
    ::ppoll(&entry, pidfd_.valid() ? 1 : 0, &rest, nullptr);
    return ::waitpid(pid_, &seen_.wait_status, WNOHANG) == pid_;
  }

  void sample() {
    const RunState state = board_.board().state.load(std::memory_order_relaxed);
    uint64_t bytes = 0;
    if (state != RunState::kSetUp && statm_.read(bytes))
      seen_.rss.push_back({.ticks = now_ticks(), .rss_anon_bytes = bytes});
  }

  void look(uint64_t now_ns) {
    looked_ns_ = now_ns;
    const uint64_t mark = mark_of(board_);
    if (mark != mark_ || sleeps_by_plan(board_, request_)) moved_ns_ = now_ns;
    mark_ = mark;
    const bool starts = board_.board().state.load(std::memory_order_relaxed) == RunState::kSetUp;
    const double patience_s = request_.watchdog_s * (starts ? kSetUpPatience : 1);
    const auto seconds_since = [now_ns](uint64_t ns) { return static_cast<double>(now_ns - ns) / 1e9; };
    seen_.hung = !seen_.timed_out && (seen_.hung || seconds_since(moved_ns_) > patience_s);
    seen_.timed_out = !seen_.hung && request_.time_limit_s > 0 && seconds_since(began_ns_) > request_.time_limit_s;
    if (seen_.hung || seen_.timed_out) ::kill(-pid_, SIGKILL);
  }

  pid_t pid_;
  const BoardMemory& board_;
  const RunRequest& request_;
  base::Fd pidfd_;
  StatmReader statm_;
  uint64_t began_ns_;
  uint64_t looked_ns_ = 0;
  uint64_t moved_ns_;
  uint64_t mark_ = 0;
  Watched seen_;
};

}  // namespace

Watched watch(pid_t pid, const BoardMemory& board, const RunRequest& request) {
  return Watch(pid, board, request).run();
}

}  // namespace heapreel::lab
