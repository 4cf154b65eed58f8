// Who is alive: sizes and owners of live objects while a stream of events goes by.
//
// Births are numbered in order, so the objects of the current batch live in a plain array; only those that survive
// their batch cost a place in a hash map. Memory is bounded by the live set (48 to 96 bytes an object) plus one batch.
#pragma once

#include <vector>

#include "trace_format/base/flat_map.h"
#include "trace_format/resolve/event_stream.h"

namespace heapreel::reel {

struct LiveObject {
  uint64_t size = 0;
  uint32_t thread = 0;
  Op op = Op::kNone;
  uint8_t align_log2 = 0;
};

// What an event that ends a life turned out to be.
enum class Death : uint8_t {
  kNone,     // the event ends no life
  kSound,    // `object` died
  kUnknown,  // of an object born outside the reel
  kTwice,    // of an object that was dead already
};

class Ledger {
 public:
  void begin(const EventBatch& batch) {
    settle();
    first_ = batch.first_object;
    if (batch.first_object > next_) lost_births_ += batch.first_object - next_;
    next_ = batch.first_object;
    for (size_t i = recent_.size(); i < batch.events.size(); ++i) recent_.push_back({});
  }

  // Takes the next event of the batch. When it ends a life, `died` is the object that was.
  Death apply(const Event& event, LiveObject& died) {
    const OpTraits& kind = traits(event.op);
    Death death = Death::kNone;
    if (kind.frees)
      death = bury(event.object, event.flags, died);
    else if (kind.reallocates && (event.flags & (kNullOld | kFailed)) == 0)
      death = bury(event.old_object, event.flags, died);
    if (births(event.op, event.flags)) {
      recent_[next_ - first_] = {{event.size, event.thread, event.op, event.align_log2}, true};
      ++next_;
      ++live_objects_;
      live_bytes_ += event.size;
    }
    return death;
  }

  bool is_live(uint64_t object) {
    if (object >= first_ && object < next_) return recent_[object - first_].alive;
    return object != kNoObject && old_.find(object) != nullptr;
  }
  uint64_t live_bytes() const { return live_bytes_; }
  uint64_t live_objects() const { return live_objects_; }
  uint64_t lost_births() const { return lost_births_; }
  uint64_t next_object() const { return next_; }

 private:
  struct Recent {
    LiveObject object;
    bool alive = false;
  };

  Death bury(uint64_t object, uint8_t flags, LiveObject& died) {
    if (object == kNoObject) return (flags & kUnknown) != 0 ? Death::kUnknown : Death::kNone;
    if (object >= first_ && object < next_) {
      Recent& recent = recent_[object - first_];
      if (!recent.alive) return Death::kTwice;
      recent.alive = false;
      died = recent.object;
    } else if (!old_.remove(object, died)) {
      return object >= next_ || lost_births_ > 0 ? Death::kUnknown : Death::kTwice;
    }
    --live_objects_;
    live_bytes_ -= died.size;
    return Death::kSound;
  }

  // Moves the survivors of the last batch to the map.
  void settle() {
    for (uint64_t object = first_; object < next_; ++object) {
      Recent& recent = recent_[object - first_];
      if (recent.alive) old_.add(object, recent.object);
      recent.alive = false;
    }
  }

  std::vector<Recent> recent_;
  base::FlatMap<LiveObject> old_;
  uint64_t first_ = 1;
  uint64_t next_ = 1;
  uint64_t live_bytes_ = 0;
  uint64_t live_objects_ = 0;
  uint64_t lost_births_ = 0;
};

}  // namespace heapreel::reel
