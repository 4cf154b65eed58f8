// Reads the live set of a process out of its reel, at one time after the other: each block of the file is decoded about
// once, however often somebody asks.
//
// The reel may still be written: what its writer has flushed is found. Blocks are merged by time as the resolver does.
// Memory: the live set, and while it reads, the decoded blocks whose time spans overlap.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "recorder/collector/live_set.h"
#include "trace_format/store/block_reader.h"

namespace heapreel::collector {

class LiveCursor {
 public:
  explicit LiveCursor(uint64_t ticks_per_second) : live_(ticks_per_second) {}

  // Moves on to a time of the reel, not before time(): takes what the file at `path` says up to it, that moment
  // included. The path may change, the reel must be the same one.
  base::Status advance(const std::string& path, uint64_t time);

  uint64_t time() const { return time_; }
  const LiveSet& live() const { return live_; }

 private:
  // One thread's blocks that have not been read to their end.
  struct Lane {
    std::deque<reel::BlockEntry> entries;
    std::unique_ptr<reel::EventBlock> block;  // of the first entry, once it is decoded
    size_t at = 0;                            // the next event of the first entry
    bool old_released = false;                // the next event is a realloc whose old block is gone already
  };

  void find_new_blocks(const reel::ReelFile& file);
  base::Status merge(reel::BlockReader& reader, uint64_t until);
  std::unique_ptr<reel::EventBlock> take_spare();
  void put_away(Lane& lane);
  base::Status run(reel::BlockReader& reader, Lane& lane, uint64_t until);
  void step(Lane& lane);
  static uint64_t due_time(const Lane& lane);

  LiveSet live_;
  std::map<uint32_t, Lane> lanes_;  // by thread
  std::vector<std::unique_ptr<reel::EventBlock>> spares_;
  uint64_t next_sequence_ = 0;      // of the file's blocks
  uint64_t time_ = 0;
};

}  // namespace heapreel::collector
