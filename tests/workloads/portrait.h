// What a stream of events looks like as a whole: sizes, lifetimes, threads, the live set. The tests of workloads
// compare it with what a workload says of itself.
//
// A realloc ends one block's life and begins another's. Memory: that of the blocks alive.
#pragma once

#include <array>
#include <functional>

#include "tests/workloads/live_blocks.h"
#include "tests/workloads/spread.h"
#include "tools/workloads/generate.h"

namespace heapreel::tests {

struct ThreadPortrait {
  uint64_t births = 0;
  uint64_t deaths = 0;         // by this thread's calls, reallocs included
  uint64_t remote_deaths = 0;  // of blocks that another thread made
  uint64_t first_ns = 0;
  uint64_t last_ns = 0;
};

struct Portrait {
  uint64_t events = 0;
  std::array<uint64_t, reel::kOpLimit> by_op{};
  uint64_t births = 0;
  uint64_t deaths = 0;
  uint64_t remote_deaths = 0;
  uint64_t start_ns = 0;
  uint64_t end_ns = 0;

  Spread sizes;        // of births
  Spread growth;       // of reallocs: the new size in percent of the old one
  Spread life_events;  // of blocks that died: events from birth to death
  Spread life_bytes;   // bytes that all asked for meanwhile
  Spread life_ns;

  uint64_t live_peak_bytes = 0;
  uint64_t live_peak_event = 0;
  uint64_t live_peak_ns = 0;
  uint64_t live_peak_objects = 0;
  uint64_t live_end_bytes = 0;
  uint64_t live_end_objects = 0;

  std::vector<ThreadPortrait> threads;  // by serial
  std::vector<std::string> faults;      // empty: a program can have made this stream
  std::string content_id;

  uint64_t count(reel::Op op) const { return by_op[static_cast<size_t>(op)]; }
  double share(reel::Op op) const { return static_cast<double>(count(op)) / static_cast<double>(events); }
  double remote_share() const {
    return deaths == 0 ? 0 : static_cast<double>(remote_deaths) / static_cast<double>(deaths);
  }
  double seconds() const { return static_cast<double>(end_ns - start_ns) / 1e9; }
  double events_per_second() const { return static_cast<double>(events) / seconds(); }
};

// Sees every event after the portrait has taken it in; `ended` is the block that it ended, if any.
using Onlooker = std::function<void(const reel::Event& event, const LiveBlock* ended, const LiveBlocks& live)>;

// Of a whole stream.
Portrait portray(reel::EventStream& stream, const Onlooker& onlooker = {});
// Of what a request generates; no file is written. A request that is refused fails the test.
Portrait portray(const workloads::GenerateRequest& request, const Onlooker& onlooker = {});

// For people: what a failing test shows.
std::string in_words(const Portrait& portrait);

}  // namespace heapreel::tests
