// One walk over a process's mappings: how much of its resident anonymous memory is not malloc's.
//
// Malloc's are the marked granules and living large blocks of a MallocMap, with the gaps of less than 256 KiB between
// them (headers, slack). A VMA that holds none of them is the program's: stacks, .data and .bss, its own mmaps. One
// that holds nothing else is malloc's. A mixed one is counted page by page in /proc/PID/pagemap where it is not
// malloc's. Never-handed-out memory that an allocator keeps apart, such as jemalloc's tables, counts as non-malloc. Our
// own mappings are in no figure. Addresses found unmapped in two walks in a row lose their marks and blocks.
#pragma once

#include <functional>
#include <optional>
#include <set>

#include "recorder/observe/malloc_map.h"
#include "recorder/observe/process_files.h"
#include "recorder/observe/smaps_parser.h"

namespace heapreel::observe {

struct WalkReading {
  uint64_t anon_bytes = 0;
  uint64_t non_malloc_bytes = 0;
  uint64_t anon_huge_bytes = 0;
  uint64_t lazy_free_bytes = 0;
  uint64_t swap_bytes = 0;
  uint64_t mappings = 0;
};

// The resident anonymous bytes of [start, end), page by page.
using CountPages = std::function<uint64_t(Extent)>;
// Called between reads, so that whoever must do something in time can.
using BetweenReads = std::function<void()>;

uint64_t count_anon_bytes(const ProcessFiles& files, Extent extent, const BetweenReads& between);

class SmapsWalk {
 public:
  explicit SmapsWalk(MallocMap& map) : map_(map) {}

  // Walks a process. Nothing if it has gone, or its image has.
  std::optional<WalkReading> walk(const ProcessFiles& files, const BetweenReads& between);

  // The same in three steps, for texts that come from elsewhere.
  void begin();
  void visit(const Vma& vma, const CountPages& count);
  WalkReading end();

 private:
  uint64_t non_malloc_of(const Vma& vma, const CountPages& count);
  void collect_zones(Extent within);
  void see_unmapped(uint64_t until);

  MallocMap& map_;
  WalkReading reading_;
  std::vector<LargeBlock> blocks_;
  size_t block_next_ = 0;      // the first that does not end before the mapping at hand
  std::vector<Extent> zones_;  // malloc's parts of the mapping at hand
  std::vector<Extent> scratch_;
  uint64_t mapped_until_ = 0;  // the end of the mapping before
  std::vector<bool> block_mapped_;
  std::set<uint64_t> unmapped_granules_;         // in this walk
  std::set<uint64_t> unmapped_granules_before_;  // in the walk before
  std::set<uint64_t> unmapped_serials_;
  std::set<uint64_t> unmapped_serials_before_;
};

}  // namespace heapreel::observe
