// From events to ops: what each event of a reel becomes in a plan, by the policies that plan_format.h counts.
//
// The invariant: the live bytes and objects told in the header are those after all ops written so far. Hot: some twenty
// nanoseconds an event.
#pragma once

#include <optional>

#include "replayer/plan/checkpoints.h"
#include "replayer/plan/plan_writer.h"
#include "replayer/plan/slots.h"
#include "replayer/plan/thread_roster.h"
#include "replayer/plan/touch_schedule.h"
#include "trace_format/store/metadata.h"

namespace heapreel::plan {

// The reel's clock ticks as nanoseconds from its first event, without a division.
class PlanClock {
 public:
  explicit PlanClock(uint64_t ticks_per_second);
  void begin(uint64_t first_ticks) { first_ticks_ = first_ticks; }
  uint64_t ns(uint64_t ticks) const {
    __extension__ using Wide = unsigned __int128;
    const uint64_t passed = ticks > first_ticks_ ? ticks - first_ticks_ : 0;
    return passed * whole_ + static_cast<uint64_t>((Wide{passed} * fraction_) >> 64);
  }

 private:
  uint64_t whole_;     // nanoseconds a tick
  uint64_t fraction_;  // and 2^-64 of them
  uint64_t first_ticks_ = 0;
};

// What is known of a reel before its events are read.
struct ReelFacts {
  bool by_address = false;  // a capture
  uint64_t events = 0;
  uint64_t duration_ticks = 0;
  uint64_t ticks_per_second = 0;
  uint64_t page_bytes = 4096;
  std::optional<uint32_t> main_thread{};  // its serial
};

class Translator {
 public:
  Translator(PlanWriter& writer, const ReelFacts& facts, TouchSchedule& touches);

  void take(const reel::EventBatch& batch);
  // After the last event: what is left to touch, and all that the header says of events and ops.
  void finish(PlanHeader& header);

 private:
  void begin(const reel::Event& first);
  void event(const reel::Event& event);
  void allocation(const reel::Event& event);
  void release(const reel::Event& event);
  void reallocation(const reel::Event& event);
  void reallocation_to_nothing(const reel::Event& event, uint32_t slot);
  void usable_size(const reel::Event& event);
  void rare(const reel::Event& event);
  void birth(const reel::Event& event, Kind kind);
  void count_stranger(const reel::Event& event, uint64_t object);
  bool is_second_free();
  uint64_t address_of_birth() const;

  uint32_t thread_of(uint32_t serial) {
    const uint32_t index = roster_.find(serial);
    return index != kNoThread ? index : new_thread(serial, 0);
  }
  uint32_t new_thread(uint32_t serial, uint64_t creator_plus_one);

  void touch_until(uint64_t time);
  void touch_at_death(const reel::Event& event, uint32_t slot, uint64_t object);
  void touch(uint32_t thread, uint32_t slot, uint64_t pages, uint64_t time_ns);
  void emit(uint32_t thread, Kind kind, SlotUse use, uint64_t size, uint64_t align_log2, int64_t delta_bytes);

  PlanWriter* writer_;
  ReelFacts facts_;
  TouchSchedule* touches_;
  PlanClock clock_;
  CheckpointSchedule checkpoints_;
  SlotTable slots_;
  ThreadRoster roster_;
  base::FlatMap<uint8_t, 6> runtime_blocks_;
  PlanHeader sums_;  // all that finish() tells
  const reel::EventBatch* batch_ = nullptr;
  size_t at_ = 0;  // in the batch
  bool begun_ = false;
  bool births_lost_ = false;
  uint64_t next_object_ = 1;
  uint64_t now_ns_ = 0;
  uint64_t live_bytes_ = 0;
  uint64_t live_objects_ = 0;
  uint64_t live_since_ns_ = 0;
  uint64_t largest_bytes_ = 0;  // of all blocks
  __extension__ unsigned __int128 live_byte_ns_ = 0;
};

}  // namespace heapreel::plan
