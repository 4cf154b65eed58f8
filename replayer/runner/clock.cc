// The clock functions of clock.h, under the names the C library has for them.
#include "replayer/runner/clock.h"

#include <atomic>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "replayer/engine/engine.h"

namespace heapreel::runner {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int kClocks = 16;

// Null until virtual time begins; then where the replay keeps the recorded time of all, for threads not its own.
std::atomic<const uint64_t*> g_now_ns{nullptr};
int64_t g_base_ns[kClocks];
std::atomic<uint64_t> g_readings{0};
std::atomic<uint64_t> g_sleeps{0};

bool shows_elapsed_time(clockid_t clock) {
  return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_MONOTONIC_COARSE ||
         clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_BOOTTIME;
}

int read_real(clockid_t clock, timespec* into) { return static_cast<int>(syscall(SYS_clock_gettime, clock, into)); }

int64_t ns_of(const timespec& time) { return time.tv_sec * kNsPerSecond + time.tv_nsec; }

int64_t recorded_ns(const uint64_t* now_ns) {
  const uint64_t own = engine::t_recorded_ns;
  return static_cast<int64_t>(own != 0 ? own : __atomic_load_n(now_ns, __ATOMIC_RELAXED));
}

}  // namespace

void begin_virtual_time(const uint64_t* now_ns) {
  for (int clock = 0; clock < kClocks; ++clock) {
    timespec now{};
    if (shows_elapsed_time(clock) && read_real(clock, &now) == 0) g_base_ns[clock] = ns_of(now);
  }
  g_now_ns.store(now_ns, std::memory_order_release);
}

ClockCounts clock_counts() { return {.readings = g_readings.load(), .sleeps = g_sleeps.load()}; }

}  // namespace heapreel::runner

// The C library's names. What runs in the kernel's own page there is a system call here: allocators read their clocks
// seldom, and the engine reads the processor's.
extern "C" {
#pragma GCC visibility push(default)

int clock_gettime(clockid_t clock, timespec* into) noexcept {
  using namespace heapreel::runner;
  const uint64_t* const now_ns = g_now_ns.load(std::memory_order_acquire);
  if (now_ns == nullptr || !shows_elapsed_time(clock)) return read_real(clock, into);
  g_readings.fetch_add(1, std::memory_order_relaxed);
  const int64_t ns = g_base_ns[clock] + recorded_ns(now_ns);
  *into = {.tv_sec = ns / kNsPerSecond, .tv_nsec = ns % kNsPerSecond};
  return 0;
}

int gettimeofday(timeval* into, void*) noexcept {
  timespec now{};
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  *into = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return 0;
}

int nanosleep(const timespec* time, timespec* left) {
  heapreel::runner::g_sleeps.fetch_add(1, std::memory_order_relaxed);
  return static_cast<int>(syscall(SYS_nanosleep, time, left));
}

#pragma GCC visibility pop
}  // extern "C"
