// What each thread of a reel does: calls over time, births, frees, and whose blocks it frees.
//
// The invariant: over all threads, `frees` is the sum of the matrix of frees. Memory: 100 bytes a thread and 8 for each
// bin of time between its first and last call; 32 to 64 for each pair of threads, of which there are kPairsMax at most.
#pragma once

#include "trace_format/base/flat_map.h"
#include "trace_format/summary/rate_bins.h"

namespace heapreel::reel {

inline constexpr size_t kPairsMax = size_t{1} << 19;

class ThreadTally {
 public:
  // All calls of a thread are told here first; `place` is the thread's, as this class names it from then on.
  uint32_t call(uint32_t serial, uint64_t time, uint32_t bin);
  // Something that is no call, such as a block that was there at first.
  uint32_t place_of(uint32_t serial);
  void birth(uint32_t place, uint64_t size) {
    threads_[place].births += 1;
    threads_[place].bytes += size;
  }
  void free(uint32_t by, uint32_t allocated_by);
  void halve_bins();  // when RateBins double

  // Writes `threads` and `frees_by_thread`.
  void finish(const RateBins& bins, Portrait& portrait) const;

 private:
  struct Thread {
    uint32_t serial = 0;
    uint32_t first_bin = 0;  // of `calls`
    uint64_t calls_total = 0;
    uint64_t births = 0;
    uint64_t bytes = 0;
    uint64_t frees = 0;
    uint64_t remote_frees = 0;
    uint64_t first_time = 0;
    uint64_t last_time = 0;
    std::vector<uint64_t> calls{};
  };

  uint32_t find_or_add(uint32_t serial);
  std::vector<uint32_t> by_calls() const;
  ThreadPortrait portrait_of(const Thread& thread, const RateBins& bins) const;

  std::vector<Thread> threads_;
  base::FlatMap<uint32_t> places_;  // by serial + 1
  base::FlatMap<uint64_t> pairs_;   // remote frees, by pair_key of places
  uint64_t pairs_beyond_ = 0;       // remote frees whose pair found no room
  uint32_t last_serial_ = 0;
  uint32_t last_place_ = ~uint32_t{0};
};

}  // namespace heapreel::reel
