// The counting behind portray.h, event by event. Hot: some ten nanoseconds an event.
#pragma once

#include <array>

#include "trace_format/event/event.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/summary/chain_tally.h"
#include "trace_format/summary/live_objects.h"
#include "trace_format/summary/log_bins.h"
#include "trace_format/summary/thread_tally.h"

namespace heapreel::reel {

class PortraitTally {
 public:
  explicit PortraitTally(uint64_t ticks_per_second);

  void add(const EventBatch& batch);
  // Once, after the last event.
  Portrait finish();

 private:
  struct SizeCounts {
    uint64_t births = 0;
    uint64_t bytes = 0;
    uint64_t remote_frees = 0;
  };

  void add(const Event& event, uint64_t& next_object);
  uint32_t bin_of(uint64_t time);
  uint64_t lifetime_ns(uint64_t born, uint64_t died) const;
  void end_life(const Life& life, uint64_t time);
  void count_survivors(Portrait& portrait);
  std::vector<SizeBin> size_bins() const;
  std::vector<LifetimeBin> lifetime_bins() const;
  SizeByLifetime grid() const;

  using GridRow = std::array<uint64_t, LifetimeBins::kCount>;

  uint64_t whole_ns_;  // nanoseconds a tick
  uint64_t part_ns_;   // and 2^-64 of them
  uint64_t ticks_per_second_;
  uint64_t last_time_ = 0;
  RateBins bins_;
  LiveObjects live_;
  ThreadTally threads_;
  ChainTally chains_;
  std::array<uint64_t, kOpLimit> calls_{};
  std::array<SizeCounts, SizeBins::kCount> sizes_{};
  std::array<uint64_t, LifetimeBins::kCount> lifetime_bytes_{};
  std::array<uint64_t, SizeBins::kCount> never_freed_{};  // objects by size
  std::vector<GridRow> grid_{SizeBins::kCount};           // objects that ended, by size and lifetime
};

}  // namespace heapreel::reel
