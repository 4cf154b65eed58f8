// Times of the events of a block: one number per event (step + 1, or 0 and the step back), the changes alone, or a
// curve with a declared greatest error.
//
// Steps are a list of (change, gap): the time changes as a number per event would tell it, and `gap` events have the
// time it comes to. A program that is stamped every 16th event needs two numbers for sixteen.
//
// A curve is a list of (gap, rise): over the next `gap` events the time rises by `rise` quanta, and the k-th of them
// has risen by floor((rise * k + floor(gap / 2)) / gap). The encoder guarantees |curve - time| <= error for every
// event; tests verify it.
#pragma once

#include <cstdint>
#include <span>

#include "trace_format/codec/columns.h"
#include "trace_format/codec/value_column.h"
#include "trace_format/event/event.h"

namespace heapreel::reel {

// Writes a curve through non-decreasing times. `error` is in ticks and at least `quantum`.
void encode_time_curve(std::span<const Event> events, uint64_t quantum, uint64_t error, ValueSink& sink);

// Writes the times, in quanta of 1 << quantum_shift ticks, as steps from `first_time`.
void encode_time_steps(std::span<const Event> events, unsigned quantum_shift, uint64_t first_time, ValueSink& sink);

// Whether steps take fewer numbers than one per event.
bool steps_suit(std::span<const Event> events, unsigned quantum_shift);

// Hands out the time of event after event, in quanta.
class TimeSource {
 public:
  TimeSource() = default;
  TimeSource(TimeCodec codec, uint64_t first_time, ValueSource values)
      : values_(values), time_(first_time), codec_(codec) {}

  uint64_t next() {
    if (codec_ == TimeCodec::kDelta) {
      change();
      return time_;
    }
    if (codec_ == TimeCodec::kNone) return time_;
    if (codec_ == TimeCodec::kSteps) {
      if (left_ == 0) next_step();
      --left_;
      return time_;
    }
    if (left_ == 0) next_segment();
    --left_;
    time_ += step_;
    remainder_ += rise_;
    if (remainder_ >= gap_) {
      remainder_ -= gap_;
      ++time_;
    }
    return time_;
  }

  bool consumed() const { return values_.consumed() && left_ == 0 && !malformed_; }

 private:
  void change() {
    const uint64_t step = values_.take();
    time_ += step != 0 ? step - 1 : uint64_t{0} - values_.take();
  }

  void next_step() {
    change();
    left_ = values_.take();
    if (left_ == 0) [[unlikely]] {  // only hostile bytes: consumed() will tell
      left_ = 1;
      malformed_ = true;
    }
  }

  void next_segment() {
    gap_ = values_.take();
    const uint64_t rise = values_.take();
    if (gap_ == 0) [[unlikely]] {  // only hostile bytes: consumed() will tell
      gap_ = 1;
      malformed_ = true;
    }
    step_ = rise / gap_;
    rise_ = rise % gap_;
    remainder_ = gap_ / 2;
    left_ = gap_;
  }

  ValueSource values_;
  uint64_t time_ = 0;
  uint64_t gap_ = 1;
  uint64_t left_ = 0;
  uint64_t step_ = 0;
  uint64_t rise_ = 0;
  uint64_t remainder_ = 0;
  TimeCodec codec_ = TimeCodec::kNone;
  bool malformed_ = false;
};

}  // namespace heapreel::reel
