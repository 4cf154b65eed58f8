// What the processor counted over a replay, where the machine has counters: many virtual ones have none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace heapreel::measure {

enum class Counter : uint8_t { kCycles, kInstructions, kCacheMisses, kBranchMisses, kDataTlbMisses, kTaskClock };
inline constexpr size_t kCounters = 6;

// As results.json names what each comes to, an op; the last is the kernel's own clock and proves that counting works.
inline constexpr std::array<const char*, kCounters> kCounterNames = {"cycles_per_op",           "instructions_per_op",
                                                                     "cache_misses_per_op",     "branch_misses_per_op",
                                                                     "dtlb_load_misses_per_op", "task_clock_ns_per_op"};

struct CounterReading {
  uint64_t count;
  uint32_t known;  // 0: the machine or its settings do not allow it
  uint32_t reserved;
};

}  // namespace heapreel::measure
