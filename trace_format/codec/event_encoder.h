// Turns a run of events into the columns of one event block. Twin: event_decoder.h.
//
// A block stands alone: nothing carries over from one to the next. Under Naming::kAddress it holds one thread's calls
// with their addresses (capture form); under Naming::kNumber a stretch of the total order over all threads, with object
// numbers (packed form). The encoder keeps its buffers, so a long-lived one allocates only while it grows.
#pragma once

#include <array>
#include <bit>
#include <span>
#include <unordered_map>
#include <vector>

#include "trace_format/codec/address_table.h"
#include "trace_format/codec/columns.h"
#include "trace_format/codec/live_list.h"
#include "trace_format/codec/place_model.h"
#include "trace_format/codec/stack_column.h"
#include "trace_format/codec/tuple_table.h"

namespace heapreel::reel {

struct EncoderOptions {
  Naming naming = Naming::kAddress;
  TimeCodec time_codec = TimeCodec::kDelta;
  Durations durations = Durations::kReallocs;
  bool stacks = true;           // false: no event has one
  uint64_t time_quantum = 1;    // ticks, a power of two
  uint64_t time_error_max = 0;  // ticks, at least the quantum; for TimeCodec::kCurve
};

// The number columns of a block under construction.
struct BlockSinks {
  ByteSink tokens;
  ByteSink refs;
  ValueSink params, lanes, run_lane, run_length, tuple_index, literal, age, old, cross, rare, place, time, duration,
      stack;

  void clear();
  base::Bytes column(unsigned id) const;
};

class EventEncoder {
 public:
  explicit EventEncoder(const EncoderOptions& options)
      : options_(options), quantum_shift_(static_cast<unsigned>(std::countr_zero(options.time_quantum))) {}

  // Encodes 1..limits::kEventsPerBlock events. `first_object` is the number of the first birth under Naming::kNumber;
  // `addresses`, if not empty, holds the address of each event's birth (packed form that keeps addresses).
  // The columns stay valid until the next call.
  void encode(std::span<const Event> events, uint64_t first_object = 0, std::span<const uint64_t> addresses = {});

  // How the blocks from now on store their times.
  void set_time_codec(TimeCodec codec) { options_.time_codec = codec; }

  const BlockParams& params() const { return params_; }
  base::Bytes column(unsigned id) const { return sinks_.column(id); }
  // Whether the block is true to its addresses. If they lie too far apart (has_distance_code), it must not be written.
  bool exact() const { return exact_ && (!params_.places || place_.exact()); }

  const BlockSpan& span() const { return span_; }

 private:
  // The place of the event at hand.
  struct Cursor {
    uint32_t index;
    uint32_t lane;
  };

  template <Naming kNaming>
  void encode_events();
  template <Naming kNaming>
  void encode_event(const Event& event, Cursor at);
  template <Naming kNaming>
  void encode_allocation(const Event& event, Cursor at);
  template <Naming kNaming>
  void encode_free(const Event& event, Cursor at);
  template <Naming kNaming>
  void encode_old_free(const Event& event, Cursor at);
  template <Naming kNaming>
  void encode_realloc_old(const Event& event, Cursor at, const Tuple& tuple);
  template <Naming kNaming>
  void encode_rare(const Event& event, Cursor at);
  template <Naming kNaming>
  void put_old(uint64_t object);

  // The live node of this block with that name, or LiveList::kNone.
  template <Naming kNaming>
  uint32_t node_of(uint64_t object) const {
    if constexpr (kNaming == Naming::kAddress) return table_.find(object, place_);
    const uint64_t ordinal = object - params_.first_object;
    const bool here = ordinal < live_.births() && live_.is_live(static_cast<uint32_t>(ordinal));
    return here ? static_cast<uint32_t>(ordinal) : LiveList::kNone;
  }

  // Names a live node of this block as a freeing token does.
  void put_reference(ByteSink& sink, uint32_t node, uint32_t lane) {
    if (live_.lane_of(node) != lane) {
      sink.put(kTokenCrossFree);
      sinks_.cross.put(live_.cross_reference_of(cross_cursor_[lane], node));
      cross_cursor_[lane] = live_.older(node);
    } else if (const uint32_t reference = live_.reference_of(lane, node); reference != LiveList::kNone) {
      sink.put(static_cast<uint8_t>(kTokenFirstRef + reference));
    } else {
      sink.put(kTokenAgedFree);
      sinks_.age.put(live_.age_of(node));
    }
  }

  void release(uint32_t node, uint32_t lane) {
    if (params_.places) {
      place_.freed(node, live_.size_class_of(node));
      if (options_.naming == Naming::kAddress) table_.remove(place_.address_of(node), node);
    }
    if (live_.lane_of(node) == lane)
      live_.release_own(node);
    else
      live_.release_foreign(node);
  }

  void put_literal(const Event& event, uint8_t flags);
  void put_time(uint64_t ticks);
  void put_duration(const Event& event);
  void put_params();
  uint32_t lane_of(uint32_t thread);
  bool frees_as_told(const Event& event, uint32_t node) const;
  void place_birth(const Event& event, Cursor at, uint32_t node, const Tuple& tuple);

  EncoderOptions options_;
  unsigned quantum_shift_;
  BlockParams params_;
  BlockSpan span_;
  BlockSinks sinks_;
  std::span<const Event> events_;
  std::span<const uint64_t> addresses_;
  LiveList live_;
  TupleTable tuples_;
  Tuple literal_;
  AddressTable table_;
  PlaceModel place_;
  StackEncoder stacks_;
  std::vector<uint32_t> cross_cursor_;            // per lane: the node older than the last it freed of another lane
  std::unordered_map<uint32_t, uint32_t> lanes_;  // thread serial -> lane
  std::array<Op, kOpLimit> free_op_{};            // by the kind that allocated: the kind that freed such a block last
  Op old_free_op_ = Op::kDelete;
  uint64_t last_old_ = 0;
  uint64_t last_time_ = 0;  // in quanta
  bool exact_ = true;
};

}  // namespace heapreel::reel
