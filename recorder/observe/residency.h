// How many pages of each large live block have been touched, by /proc/PID/pagemap, looked at by time.
//
// Touched is what is resident or swapped out. A block is looked at in every pass until all its pages are; from then on
// once in `recheck_ns`. A note is made only when the count changed. Absent: frees, reallocs and exits, whose counts
// come from the shim; the map's delay (a block that has just died may be looked at once more: its note is void).
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "recorder/observe/malloc_map.h"
#include "recorder/observe/process_files.h"
#include "recorder/observe/smaps_walk.h"
#include "trace_format/store/memory_samples.h"

namespace heapreel::observe {

class ResidencyProbe {
 public:
  using Clock = std::function<uint64_t()>;  // reel ticks
  explicit ResidencyProbe(uint64_t recheck_ns = 100'000'000) : recheck_ns_(recheck_ns) {}

  // One pass over the blocks of the map; appends what changed. `now_ns` is of CLOCK_MONOTONIC.
  void pass(const ProcessFiles& files, const MallocMap& map, uint64_t now_ns, const Clock& clock,
            const BetweenReads& between, std::vector<reel::ResidencyNote>& notes);

 private:
  struct Probed {
    LargeBlock block;
    uint64_t pages = 0;  // when last looked at
    bool full = false;
    uint64_t looked_ns = 0;
  };

  void take_changes(const MallocMap& map);

  uint64_t recheck_ns_;
  uint64_t changes_seen_ = 0;
  std::vector<Probed> probed_;  // by address
};

// The pages of [address, address + bytes) that are resident or swapped out. Fewer than there are if the process goes.
uint64_t touched_pages(const ProcessFiles& files, uint64_t address, uint64_t bytes, const BetweenReads& between);

}  // namespace heapreel::observe
