// The clock of the board's readings, as the lab sees it.
#include <algorithm>
#include <ctime>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "replayer/lab/run.h"
#include "trace_format/base/ticks.h"

namespace heapreel::lab {
namespace {

constexpr uint64_t kMeasureNs = 20'000'000;

uint64_t monotonic_raw_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return static_cast<uint64_t>(now.tv_sec) * base::kNsPerSecond + static_cast<uint64_t>(now.tv_nsec);
}

struct Pair {
  uint64_t ticks;
  uint64_t ns;
};

// The closest of a few readings of both clocks: whatever comes between them makes them wider, never narrower.
Pair read_both() {
  Pair best{};
  uint64_t narrowest = ~uint64_t{0};
  for (int i = 0; i < 16; ++i) {
    const uint64_t before = now_ticks();
    const uint64_t ns = monotonic_raw_ns();
    const uint64_t after = now_ticks();
    if (after - before >= narrowest) continue;
    narrowest = after - before;
    best = {.ticks = before + (after - before) / 2, .ns = ns};
  }
  return best;
}

uint64_t measure_ticks_per_second() {
  const Pair first = read_both();
  timespec rest{.tv_sec = 0, .tv_nsec = static_cast<long>(kMeasureNs)};
  ::clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, nullptr);
  const Pair last = read_both();
  return base::scale(last.ticks - first.ticks, base::kNsPerSecond, std::max<uint64_t>(last.ns - first.ns, 1));
}

}  // namespace

uint64_t now_ticks() {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return monotonic_raw_ns();
#endif
}

uint64_t ticks_per_second() {
  static const uint64_t measured = measure_ticks_per_second();
  return measured;
}

}  // namespace heapreel::lab
