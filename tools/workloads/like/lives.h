// Reads a stream of events as lives of blocks: who was born how, how long it lasted, who ended it and how.
//
// A realloc ends one life and begins another, which knows the size it grew from. One pass; memory is that of the blocks
// alive. What is no life (failed calls, frees of unknown blocks, marks, gaps, threads) is told as plain events.
#pragma once

#include <span>

#include "trace_format/base/flat_map.h"
#include "trace_format/resolve/event_stream.h"

namespace heapreel::like {

inline constexpr uint64_t kNeverDied = ~uint64_t{0};

struct Life {
  uint64_t size = 0;
  uint64_t old_size = 0;  // of the block that a realloc made it from
  uint64_t born = 0;      // positions in the stream
  uint64_t died = kNeverDied;
  uint32_t born_by = 0;  // thread serials
  uint32_t died_by = 0;
  reel::Op birth = reel::Op::kNone;
  reel::Op death = reel::Op::kNone;  // a kind of free, a kind of realloc, or none
  uint8_t flags = 0;                 // of the birth: kNullOld, kRuntime; of the death: kNoResult
  uint8_t align_log2 = 0;
  uint8_t reads = 0;     // malloc_usable_size calls, as far as they can be counted
  bool has_old = false;  // born of a realloc whose old block is known

  bool freed() const { return died != kNeverDied; }
  bool goes_on() const { return freed() && reel::traits(death).reallocates && (flags & reel::kNoResult) == 0; }
};

class LifeSink {
 public:
  virtual ~LifeSink() = default;
  // Every event, in order; `live_bytes` are those after it.
  virtual void on_event(const reel::Event& event, uint64_t position, uint64_t live_bytes) = 0;
  // Every life, when it ends, and at the end of the stream those that did not.
  virtual void on_life(const Life& life) = 0;
};

class LifeReader {
 public:
  explicit LifeReader(std::span<LifeSink* const> sinks) : sinks_(sinks) {}

  void add(const reel::Event& event);
  // No more events: the living never died.
  void finish();

 private:
  void read(uint64_t object);
  void begin(const reel::Event& event, uint64_t old_size, bool has_old);
  uint64_t end(const reel::Event& event, uint64_t object, uint8_t flags);

  std::span<LifeSink* const> sinks_;
  base::FlatMap<Life> live_;  // by object
  uint64_t position_ = 0;
  uint64_t live_bytes_ = 0;
};

// All of a stream. The sinks see one order of events and lives.
base::Status read_lives(reel::EventStream& stream, std::span<LifeSink* const> sinks);

}  // namespace heapreel::like
