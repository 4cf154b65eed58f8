// Reading and calibrating the clock.
#include "recorder/collector/clock.h"

#include <ctime>
#include <fstream>
#include <string>
#include <x86intrin.h>

namespace heapreel::collector {
namespace {

constexpr uint64_t kNsPerSecond = 1'000'000'000;
constexpr uint64_t kGuessTicksPerSecond = 2'000'000'000;

uint64_t raw_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return static_cast<uint64_t>(now.tv_sec) * kNsPerSecond + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

bool tsc_is_trusted() {
  std::ifstream source("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  std::string name;
  return source >> name && name == "tsc";
}

SessionClock::SessionClock(ring::ClockSource source) : source_(source), first_(pair()) { look(); }

uint64_t SessionClock::now() const { return source_ == ring::ClockSource::kTsc ? __rdtsc() : raw_ns(); }

// The tightest of a few, as an interrupt may come between the two readings.
SessionClock::Pair SessionClock::pair() const {
  Pair best{};
  uint64_t best_width = ~uint64_t{0};
  for (int i = 0; i < 5; ++i) {
    const uint64_t before = now();
    const uint64_t ns = raw_ns();
    const uint64_t after = now();
    if (after - before >= best_width) continue;
    best_width = after - before;
    best = {before + (after - before) / 2, ns};
  }
  return best;
}

uint64_t SessionClock::ticks_per_second() const {
  if (source_ != ring::ClockSource::kTsc) return kNsPerSecond;
  const Pair last = pair();
  const uint64_t ns = last.monotonic_ns - first_.monotonic_ns;
  if (ns < 100'000) return kGuessTicksPerSecond;
  return static_cast<uint64_t>(static_cast<double>(last.ticks - first_.ticks) * 1e9 / static_cast<double>(ns) + 0.5);
}

void SessionClock::describe(reel::proto::Clock& clock, uint64_t origin) const {
  clock.set_source(source_ == ring::ClockSource::kTsc ? reel::proto::Clock::TSC : reel::proto::Clock::MONOTONIC_RAW);
  clock.set_ticks_per_second(ticks_per_second());
  clock.set_origin_ticks(origin);
}

}  // namespace heapreel::collector
