// Turns a run of events into the columns of one event block. Twin: event_decoder.h.
//
// A block stands alone: nothing carries over from one to the next. Under Naming::kAddress it holds one thread's calls
// with their addresses (capture form); under Naming::kNumber a stretch of the total order over all threads, with object
// numbers (packed form). The encoder keeps its buffers, so a long-lived one allocates only while it grows.
#pragma once

#include <array>
#include <span>
#include <unordered_map>
#include <vector>

#include "trace_format/codec/address_table.h"
#include "trace_format/codec/columns.h"
#include "trace_format/codec/live_list.h"
#include "trace_format/codec/place_model.h"
#include "trace_format/codec/tuple_table.h"

namespace heapreel::reel {

struct EncoderOptions {
  Naming naming = Naming::kAddress;
  TimeCodec time_codec = TimeCodec::kDelta;
  Durations durations = Durations::kReallocs;
  uint64_t time_quantum = 1;    // ticks
  uint64_t time_error_max = 0;  // ticks, at least the quantum; for TimeCodec::kCurve
};

// The number columns of a block under construction.
struct BlockSinks {
  ByteSink tokens;
  ByteSink refs;
  ValueSink params, lanes, run_lane, run_length, tuple_index, literal, age, old, cross, rare, place, time, duration;

  void clear();
  base::Bytes column(unsigned id) const;
};

class EventEncoder {
 public:
  explicit EventEncoder(const EncoderOptions& options) : options_(options) {}

  // Encodes 1..limits::kEventsPerBlock events. `first_object` is the number of the first birth under Naming::kNumber;
  // `addresses`, if not empty, holds the address of each event's birth (packed form that keeps addresses).
  // The columns stay valid until the next call.
  void encode(std::span<const Event> events, uint64_t first_object = 0, std::span<const uint64_t> addresses = {});

  const BlockParams& params() const { return params_; }
  base::Bytes column(unsigned id) const { return sinks_.column(id); }

 private:
  // What the hot functions share about the event at hand.
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
  void encode_realloc_old(const Event& event, Cursor at);
  template <Naming kNaming>
  void encode_rare(const Event& event, Cursor at);
  template <Naming kNaming>
  uint32_t node_of(uint64_t object) const;
  template <Naming kNaming>
  void put_old(uint64_t object);

  uint32_t lane_of(uint32_t thread);
  void put_cross(uint32_t lane, uint32_t node);
  void release(uint32_t node, uint32_t lane);
  bool frees_as_told(const Event& event, uint32_t node) const;
  void place_birth(const Event& event, Cursor at, uint32_t node);
  void place_release(uint32_t node);
  void encode_times();
  void put_params();

  EncoderOptions options_;
  BlockParams params_;
  BlockSinks sinks_;
  std::span<const Event> events_;
  std::span<const uint64_t> addresses_;
  LiveList live_;
  TupleTable tuples_;
  AddressTable table_;
  PlaceModel place_;
  std::vector<uint32_t> cross_cursor_;            // per lane: the node older than the last it freed of another lane
  std::unordered_map<uint32_t, uint32_t> lanes_;  // thread serial -> lane
  std::array<Op, kOpLimit> free_op_{};            // by the kind that allocated: the kind that freed such a block last
  Op old_free_op_ = Op::kDelete;
  uint64_t last_old_ = 0;
};

}  // namespace heapreel::reel
