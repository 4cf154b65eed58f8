// How many pages of each large live block have been touched, by /proc/PID/pagemap, looked at by time.
//
// Touched is what is resident or swapped out. A block's leading pages that were all touched are not looked at again
// before `recheck_ns` have passed, the rest in every pass: a touched page costs some 30 ns to look at, an untouched one
// 2, and most programs touch from the front. A note is made only when the count changed. Absent: frees, reallocs and
// exits, whose counts come from the shim; the map's delay (a block that has just died may be looked at once more: its
// note is void).
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
    uint64_t pages = 0;         // touched, when last looked at
    uint64_t prefix_pages = 0;  // the first of them, without a gap
    uint64_t looked_ns = 0;     // when all of it was looked at
  };

  void take_changes(const MallocMap& map);
  uint64_t look(const ProcessFiles& files, Probed& probed, uint64_t now_ns, const BetweenReads& between) const;

  uint64_t recheck_ns_;
  uint64_t changes_seen_ = 0;
  std::vector<Probed> probed_;  // by address
};

// Of the pages [first, end), those that are resident or swapped out; fewer than there are if the process goes.
struct TouchedPages {
  uint64_t count = 0;
  uint64_t prefix = 0;  // before the first that is not
};
TouchedPages touched_pages(const ProcessFiles& files, uint64_t first, uint64_t end, const BetweenReads& between);

}  // namespace heapreel::observe
