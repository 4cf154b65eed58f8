// The system calls of sleep.h.
#include "replayer/engine/sleep.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace heapreel::engine {
namespace {

constexpr long kSleepNsMax = 20'000'000;

}  // namespace

void sleep_on(std::atomic<uint32_t>& word, uint32_t seen) {
  const timespec limit{.tv_sec = 0, .tv_nsec = kSleepNsMax};
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, &limit, nullptr, 0);
}

void wake(Thread& thread) {
  if (thread.sleeps_for.exchange(Sleep::kNot) == Sleep::kNot) return;
  thread.word.fetch_add(1);
  syscall(SYS_futex, &thread.word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

uint64_t thread_cpu_ns() {
  timespec now{};
  syscall(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

uint64_t ticks_of(const Engine& engine, uint64_t ns) {
  return static_cast<uint64_t>(static_cast<double>(ns) * engine.ticks_per_ns);
}

void nap(uint64_t ns) {
  const timespec time{.tv_sec = static_cast<time_t>(ns / 1'000'000'000),
                      .tv_nsec = static_cast<long>(ns % 1'000'000'000)};
  syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &time, nullptr);
}

void count_burned(Thread& thread, uint64_t burned_ticks) {
  thread.board->spin_ticks += burned_ticks;
  thread.engine->spin_ticks.fetch_add(burned_ticks, std::memory_order_relaxed);
}

}  // namespace heapreel::engine
