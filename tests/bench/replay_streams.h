// Made-up programs for measuring the replayer: each isolates one thing that a replay costs.
#pragma once

#include <string>
#include <vector>

#include "trace_format/base/result.h"
#include "trace_format/event/event.h"

namespace heapreel::bench {

inline constexpr uint64_t kStreamTicksPerSecond = 1'000'000'000;

// Births and deaths in random order, sizes of 16 to 1024 bytes, some 10,000 blocks live. One thread.
std::vector<reel::Event> random_stream(uint64_t events);

// A malloc and its free, in turn: nothing for the processor to mispredict. One thread.
std::vector<reel::Event> alternating_stream(uint64_t events);

// Two threads; three in ten blocks are freed by the other one, about 1,000 blocks after they were made.
std::vector<reel::Event> handing_stream(uint64_t events);

// 262 MB are born, 63 of 64 blocks die, then a trickle for 12 seconds: what purging by time would show.
std::vector<reel::Event> decaying_stream();

// `threads` threads that take turns at random, each with a few blocks, some handed on.
std::vector<reel::Event> crowded_stream(uint64_t events, uint32_t threads);

// Writes events, in replay order and with addresses, as a reel.
base::Status write_stream(const std::vector<reel::Event>& events, const std::string& path);

}  // namespace heapreel::bench
