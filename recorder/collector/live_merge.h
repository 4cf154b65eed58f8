// The live set of a process at one time after the other, from blocks of events as they become known.
//
// Blocks are merged by time as the resolver does; of each thread they come in its order. A block that lies astride of
// the time that was asked for is read again later: between two calls no decoded block is kept. A copy goes on by
// itself. Memory: the live set, and while it works, the decoded blocks whose time spans overlap.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "recorder/collector/live_set.h"
#include "trace_format/base/result.h"
#include "trace_format/codec/event_decoder.h"
#include "trace_format/store/index.h"

namespace heapreel::collector {

class LiveMerge {
 public:
  using ReadBlock = std::function<base::Status(const reel::BlockEntry& entry, reel::EventBlock& into)>;

  // One thread's blocks that have not been read to their end.
  struct Lane {
    std::deque<reel::BlockEntry> entries{};
    std::shared_ptr<reel::EventBlock> block{};  // of the first entry, while it is decoded
    size_t at = 0;                              // the next event of the first entry
    bool old_released = false;                  // the next event is a realloc whose old block is gone already
  };

  explicit LiveMerge(uint64_t ticks_per_second) : live_(ticks_per_second) {}

  void add(const reel::BlockEntry& entry) { lanes_[entry.thread].entries.push_back(entry); }
  // Takes every event up to a time, that moment included.
  base::Status advance(const ReadBlock& read, uint64_t time);

  uint64_t time() const { return time_; }
  // Events that were lost up to then: with them the live set is not exact.
  uint64_t lost() const { return lost_; }
  const LiveSet& live() const { return live_; }
  const std::map<uint32_t, Lane>& lanes() const { return lanes_; }

 private:
  base::Status merge(const ReadBlock& read, uint64_t until);
  base::Status run(const ReadBlock& read, Lane& lane, uint64_t until);
  std::shared_ptr<reel::EventBlock> take_spare();
  void put_away(Lane& lane);
  void step(Lane& lane);
  static uint64_t due_time(const Lane& lane);

  LiveSet live_;
  std::map<uint32_t, Lane> lanes_;  // by thread
  std::vector<std::shared_ptr<reel::EventBlock>> spares_;
  uint64_t time_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace heapreel::collector
