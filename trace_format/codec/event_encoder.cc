// The encoder of event_encoder.h. Hot: one pass over the events, no allocation once the buffers have grown.
//
// Budget: 20 ns an event under Naming::kAddress, 17 under kNumber, without zstd; measure with `./dev bench format`.
#include "trace_format/codec/event_encoder.h"

#include "trace_format/codec/realloc_flags.h"
#include "trace_format/codec/time_curve.h"

namespace heapreel::reel {

[[gnu::always_inline]] inline void EventEncoder::put_time(uint64_t ticks) {
  if (options_.time_codec == TimeCodec::kNone) return;
  const uint64_t now = ticks >> quantum_shift_;
  if (options_.time_codec == TimeCodec::kDelta) {
    if (now >= last_time_) [[likely]] {
      sinks_.time.put(now - last_time_ + 1);
    } else {
      sinks_.time.put(0);
      sinks_.time.put(last_time_ - now);
    }
  }
  last_time_ = now;
  span_.first_time = std::min(span_.first_time, now << quantum_shift_);
  span_.last_time = std::max(span_.last_time, now << quantum_shift_);
}

[[gnu::always_inline]] inline void EventEncoder::place_birth(const Event& event, Cursor at, uint32_t node,
                                                             const Tuple& tuple) {
  const bool by_address = options_.naming == Naming::kAddress;
  const uint64_t address = by_address ? event.object : addresses_[at.index];
  const bool stayed = by_address && tuple.has_old && (tuple.flags & kMoved) == 0;
  if (!stayed) sinks_.place.put(place_.code_of(address, event.size, tuple.size_class));
  place_.born(node, address);
  if (by_address) table_.add(address, node);
}

template <Naming kNaming>
[[gnu::always_inline]] inline void EventEncoder::encode_allocation(const Event& event, Cursor at) {
  const uint8_t flags = kNaming == Naming::kAddress ? flags_by_addresses(event) : event.flags;
  uint32_t index = tuples_.find(event, flags);
  if (index < kInlineTuples) [[likely]] {
    sinks_.tokens.put(static_cast<uint8_t>(kTokenFirstTuple + index));
  } else if (index != TupleTable::kUnknown) {
    sinks_.tokens.put(kTokenTupleIndex);
    sinks_.tuple_index.put(index - kInlineTuples);
  } else {
    put_literal(event, flags);
  }
  const Tuple& tuple = index != TupleTable::kUnknown ? tuples_[index] : literal_;
  if (tuple.has_old) [[unlikely]]
    encode_realloc_old<kNaming>(event, at, tuple);
  if (!tuple.births) [[unlikely]]
    return;
  const uint32_t node = live_.add(at.lane, at.index, event.op, tuple.size_class);
  if (params_.places) place_birth(event, at, node, tuple);
}

// Whether the free is of the kind and told the size that the decoder will expect for this block.
bool EventEncoder::frees_as_told(const Event& event, uint32_t node) const {
  if (event.op != free_op_[static_cast<uint8_t>(live_.op_of(node))]) return false;
  if (event.op == Op::kFree) return event.size == 0 && event.align_log2 == 0;
  const Event& birth = events_[live_.event_of(node)];
  const OpTraits& kind = traits(event.op);
  return event.size == (kind.sized ? birth.size : 0) && event.align_log2 == (kind.aligned ? birth.align_log2 : 0);
}

template <Naming kNaming>
[[gnu::always_inline]] inline void EventEncoder::encode_free(const Event& event, Cursor at) {
  const uint32_t node = node_of<kNaming>(event.object);
  if (node == LiveList::kNone) return encode_old_free<kNaming>(event, at);
  if (!frees_as_told(event, node)) [[unlikely]]
    return encode_rare<kNaming>(event, at);
  put_reference(sinks_.tokens, node, at.lane);
  release(node, at.lane);
}

template <Naming kNaming>
[[gnu::always_inline]] inline void EventEncoder::encode_event(const Event& event, Cursor at) {
  const OpTraits& kind = traits(event.op);
  put_time(event.time);
  if (kind.allocates)
    encode_allocation<kNaming>(event, at);
  else if (kind.frees && event.object != kNoObject && event.flags == 0)
    encode_free<kNaming>(event, at);
  else
    encode_rare<kNaming>(event, at);
  if (options_.durations == Durations::kAll) put_duration(event);
}

// Each stretch of events of one thread is a run.
template <Naming kNaming>
void EventEncoder::encode_events() {
  const Event* const end = events_.data() + events_.size();
  Cursor at{.index = 0, .lane = 0};
  for (const Event* event = events_.data(); event != end;) {
    const uint32_t thread = event->thread;
    const uint32_t first = at.index;
    at.lane = lane_of(thread);
    for (; event != end && event->thread == thread; ++event, ++at.index) encode_event<kNaming>(*event, at);
    sinks_.run_lane.put(at.lane);
    sinks_.run_length.put(at.index - first - 1);
  }
}

// The lane of a thread; a thread seen for the first time in this block gets the next one.
uint32_t EventEncoder::lane_of(uint32_t thread) {
  const auto [lane, is_new] = lanes_.try_emplace(thread, live_.lanes());
  if (is_new) {
    sinks_.lanes.put(thread);
    cross_cursor_.push_back(LiveList::kNone);
    live_.add_lane();
  }
  return lane->second;
}

void EventEncoder::encode(std::span<const Event> events, uint64_t first_object, std::span<const uint64_t> addresses) {
  events_ = events;
  addresses_ = addresses;
  const bool has_times = options_.time_codec != TimeCodec::kNone && !events.empty();
  params_ = {.naming = options_.naming,
             .time_codec = options_.time_codec,
             .durations = options_.durations,
             .places = options_.naming == Naming::kAddress || !addresses.empty(),
             .events = static_cast<uint32_t>(events.size()),
             .births = 0,
             .lanes = 0,
             .first_object = first_object,
             .time_quantum = uint64_t{1} << quantum_shift_,
             .first_time = has_times ? events.front().time >> quantum_shift_ : 0};
  last_time_ = params_.first_time;
  span_ = {.first_time = params_.first_time << quantum_shift_, .last_time = params_.first_time << quantum_shift_};
  exact_ = true;
  sinks_.clear();
  lanes_.clear();
  cross_cursor_.clear();
  const auto births_limit = static_cast<uint32_t>(events.size());
  live_.reset(births_limit);
  if (options_.naming == Naming::kAddress) table_.reset(births_limit);
  if (params_.places) place_.reset(births_limit, births_limit);
  tuples_.clear();
  free_op_.fill(Op::kFree);
  old_free_op_ = Op::kDeleteSized;
  last_old_ = first_object;
  if (options_.naming == Naming::kAddress)
    encode_events<Naming::kAddress>();
  else
    encode_events<Naming::kNumber>();
  params_.births = live_.births();
  params_.lanes = live_.lanes();
  if (options_.time_codec == TimeCodec::kCurve)
    encode_time_curve(events_, options_.time_quantum, options_.time_error_max, sinks_.time);
  if (options_.time_codec == TimeCodec::kSteps)
    encode_time_steps(events_, quantum_shift_, params_.first_time, sinks_.time);
  if (options_.stacks) stacks_.encode(events_, sinks_.stack);
  put_params();
}

}  // namespace heapreel::reel
