// Turns the columns of one event block back into events. Twin: event_encoder.h.
//
// Total: any bytes give events or an Error, in time and memory proportional to the declared (and limited) event count.
// What it hands out satisfies: objects named by a reference were alive in this block, every column was used up exactly,
// and the counts are those that were declared.
#pragma once

#include <array>
#include <vector>

#include "trace_format/base/result.h"
#include "trace_format/codec/columns.h"
#include "trace_format/codec/live_list.h"
#include "trace_format/codec/place_model.h"
#include "trace_format/codec/time_curve.h"
#include "trace_format/codec/tuple_table.h"

namespace heapreel::reel {

// The raw bytes of each column id; each must be followed by kValuePadding readable bytes.
using ColumnBytes = std::array<base::Bytes, kColumnIds>;

// The events of one block. `addresses` is filled only by packed blocks that kept them: one per event, 0 without birth.
struct EventBlock {
  BlockParams params;
  std::vector<Event> events;
  std::vector<uint64_t> addresses;
  std::vector<uint32_t> threads;  // the serials of the lanes
};

class EventDecoder {
 public:
  // Decodes into `block`, reusing its memory. On an error `block` holds nothing of use.
  base::Status decode(const ColumnBytes& columns, EventBlock& block);

 private:
  struct Sources {
    ByteSource tokens, refs;
    ValueSource run_lane, run_length, tuple_index, literal, age, old, cross, rare, place, duration;
    TimeSource time;
  };

  base::Status read_params(const ColumnBytes& columns);
  base::Status read_lanes(const ColumnBytes& columns);
  void open_sources(const ColumnBytes& columns);
  template <Naming kNaming>
  bool decode_runs();
  template <Naming kNaming>
  bool decode_event(Event& event, uint32_t lane);
  template <Naming kNaming>
  bool decode_allocation(Event& event, uint32_t lane, const Tuple& tuple);
  template <Naming kNaming>
  bool decode_realloc_old(Event& event, uint32_t lane, const Tuple& tuple);
  template <Naming kNaming>
  bool decode_free(Event& event, uint32_t lane, uint8_t token);
  template <Naming kNaming>
  bool decode_old_free(Event& event, Op op);
  template <Naming kNaming>
  bool decode_rare(Event& event, uint32_t lane);
  template <Naming kNaming>
  uint64_t take_old();
  // Whether an object that is not alive in this block may have that name.
  template <Naming kNaming>
  bool is_plausible(uint64_t object) const {
    return object != kNoObject && (kNaming == Naming::kAddress || object < params_.first_object + live_.births());
  }
  const Tuple* take_literal();
  bool all_consumed() const;
  uint32_t take_duration() {
    const uint64_t duration = from_.duration.take();
    wide_durations_ |= duration;
    return static_cast<uint32_t>(duration);
  }

  template <Naming kNaming>
  uint64_t name_of(uint32_t node) const {
    return kNaming == Naming::kAddress ? place_.address_of(node) : params_.first_object + node;
  }

  // The node a freeing token of this lane names, or LiveList::kNone.
  uint32_t take_node(uint32_t lane, uint8_t token) {
    if (token >= kTokenFirstRef && token < kTokenFirstTuple) [[likely]]
      return live_.resolve(lane, token - uint32_t{kTokenFirstRef});
    if (token == kTokenCrossFree) {
      const uint32_t node = live_.cross_resolve(cross_cursor_[lane], from_.cross.take());
      if (node == LiveList::kNone || live_.lane_of(node) == lane) return LiveList::kNone;
      cross_cursor_[lane] = live_.older(node);
      return node;
    }
    if (token != kTokenAgedFree) return LiveList::kNone;
    const uint32_t node = live_.node_of_age(from_.age.take());
    return node != LiveList::kNone && live_.is_live(node) && live_.lane_of(node) == lane ? node : LiveList::kNone;
  }

  void release(uint32_t node, uint32_t lane) {
    if (params_.places) place_.freed(node, live_.size_class_of(node));
    if (live_.lane_of(node) == lane)
      live_.release_own(node);
    else
      live_.release_foreign(node);
  }

  EventBlock* block_ = nullptr;
  Event* first_event_ = nullptr;
  BlockParams params_;
  Sources from_;
  LiveList live_;
  TupleTable tuples_;
  Tuple unremembered_;  // a literal beyond the table's room
  PlaceModel place_;
  std::vector<uint32_t> cross_cursor_;
  std::array<Op, kOpLimit> free_op_{};
  Op old_free_op_ = Op::kDelete;
  uint64_t last_old_ = 0;
  uint64_t wide_durations_ = 0;  // all durations or'ed: beyond 32 bits if one of them is
  const char* trouble_ = "";
};

}  // namespace heapreel::reel
