// Which blocks of a process are alive, by address, as its events are told one after the other.
//
// The rule is the resolver's (trace_format/resolve/capture_stream.h): on one address births and deaths alternate, and
// stamps of different processors can contradict that by a few microseconds. Here nobody can wait, so a contradiction of
// two threads is settled when its second half comes: a free before its birth cancels it, and a free soon after a birth
// that found its address taken is that of the block before.
// Memory: 64 to 128 bytes a live block. Absent: what became of blocks that have died.
#pragma once

#include <map>

#include "trace_format/base/flat_map.h"
#include "trace_format/event/event.h"

namespace heapreel::collector {

struct LiveBlock {
  uint64_t size = 0;
  uint32_t thread = 0;  // serial of the one that allocated it
  uint32_t stack = 0;   // as its event had it
  reel::Op op = reel::Op::kNone;
  uint8_t align_log2 = 0;
};

class LiveSet {
 public:
  static constexpr size_t kBlocksMax = size_t{1} << 24;

  explicit LiveSet(uint64_t ticks_per_second, size_t blocks_max = kBlocksMax)
      : slack_(ticks_per_second / kSlacksPerSecond + 1), blocks_max_(blocks_max) {}

  // Takes an event of a capture, in the order of time. A realloc ends its old block at its time less its duration: tell
  // release_old() then and apply() at its time, if anything else happened between.
  void apply(const reel::Event& event);
  void release_old(const reel::Event& event);

  size_t blocks() const { return live_.size(); }
  // More lived at once than can be kept: what is here is of no use.
  bool overflowed() const { return overflowed_; }

  template <class Visit>
  void for_each(Visit visit) const {
    live_.for_each(visit);
  }

 private:
  static constexpr uint64_t kSlacksPerSecond = 100'000;  // 10 microseconds, as the resolver waits
  struct Contradiction {
    uint64_t time;
    uint32_t thread;
  };
  using Contradictions = std::map<uint64_t, Contradiction>;  // by address; few

  void born(const reel::Event& event);
  void gone(uint64_t address, uint32_t thread, uint64_t time);
  bool settles(Contradictions& pending, uint64_t address, uint32_t thread, uint64_t time) const;
  void remember(Contradictions& pending, uint64_t address, uint32_t thread, uint64_t time) const;

  base::FlatMap<LiveBlock> live_;
  Contradictions early_frees_;  // of blocks that are not known yet
  Contradictions overlaps_;     // births where a block seems to live
  uint64_t slack_;
  size_t blocks_max_;
  bool overflowed_ = false;
};

}  // namespace heapreel::collector
