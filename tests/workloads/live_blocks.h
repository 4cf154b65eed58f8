// The blocks that are alive at a point of a stream, and whether the stream so far is one that a program can have made:
// every block is born before it is used and dies once, by a call that fits the one that made it; objects are numbered
// in the order of their births; times never decrease; a thread starts before all it does and does nothing after its
// end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trace_format/base/flat_map.h"
#include "trace_format/event/event.h"

namespace heapreel::tests {

struct LiveBlock {
  uint64_t size = 0;
  uint64_t born_event = 0;
  uint64_t born_bytes = 0;  // LiveBlocks::asked_bytes() just after its birth
  uint64_t born_ns = 0;
  uint32_t thread = 0;
  reel::Op op = reel::Op::kNone;
  uint8_t align_log2 = 0;
};

class LiveBlocks {
 public:
  // Takes in the next event. Returns the block that it ends.
  std::optional<LiveBlock> take(const reel::Event& event);

  // What was wrong, the first ten times.
  const std::vector<std::string>& faults() const { return faults_; }
  uint64_t bytes() const { return bytes_; }
  uint64_t objects() const { return blocks_.size(); }
  uint64_t asked_bytes() const { return asked_bytes_; }  // by all births so far

 private:
  struct ThreadState {
    bool started = false;
    bool ended = false;
  };

  void check_thread(const reel::Event& event);
  void check_fit(const reel::Event& event, const LiveBlock& block);
  std::optional<LiveBlock> end(const reel::Event& event, uint64_t object);
  void begin(const reel::Event& event);
  void fault(const reel::Event& event, const std::string& what);

  base::FlatMap<LiveBlock> blocks_;  // by object
  std::vector<ThreadState> threads_;
  std::vector<std::string> faults_;
  uint64_t events_ = 0;
  uint64_t objects_ = 0;  // ever
  uint64_t bytes_ = 0;
  uint64_t asked_bytes_ = 0;
  uint64_t time_ = 0;
};

}  // namespace heapreel::tests
