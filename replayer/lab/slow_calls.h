// The slowest calls of an allocator, over all threads and rounds of the latency pass.
//
// Times are as of latency.h: from a call's start to its end, the two clock readings between them. What is read from a
// board is data of another process: a call that cannot be is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "replayer/measure/slow_calls_format.h"

namespace heapreel::lab {

struct SlowCall {
  double ns = 0;
  uint64_t t_ns = 0;               // recorded time, of the stretch it is in
  uint64_t thread = 0;             // index in the plan
  std::string call{};              // "malloc", "free", ...
  std::optional<uint64_t> size{};  // bytes asked for; not of frees that do not name it
  uint64_t round = 0;              // of the latency pass, from 1
  friend bool operator==(const SlowCall&, const SlowCall&) = default;
};

// Adds the calls of one round and keeps the kSlowCalls slowest of all, slowest first.
void add_slow_calls(std::vector<SlowCall>& slowest, std::span<const measure::SlowCalls> lists, uint64_t threads,
                    uint64_t ticks_per_second, uint64_t round);

}  // namespace heapreel::lab
