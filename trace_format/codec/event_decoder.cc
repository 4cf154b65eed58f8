// The hot half of event_decoder.h: one pass, every read checked, no allocation once the buffers have grown.
//
// Budget: 10 ns an event including the writing of its 48 bytes; measure with `./dev bench format`.
#include "trace_format/codec/event_decoder.h"

namespace heapreel::reel {

template <Naming kNaming>
[[gnu::always_inline]] inline bool EventDecoder::decode_allocation(Event& event, uint32_t lane, const Tuple& tuple) {
  event.op = tuple.op;
  event.flags = tuple.flags;
  event.align_log2 = tuple.align_log2;
  event.size = tuple.size;
  if (tuple.has_old && !decode_realloc_old<kNaming>(event, lane, tuple)) [[unlikely]]
    return false;
  if (!tuple.births) return true;
  if (live_.births() == params_.births) [[unlikely]]
    return false;
  const auto index = static_cast<uint32_t>(&event - first_event_);
  const uint32_t node = live_.add(lane, index, tuple.op, tuple.size_class);
  if (kNaming == Naming::kAddress || params_.places) {
    const bool stayed = kNaming == Naming::kAddress && tuple.has_old && (tuple.flags & kMoved) == 0;
    const uint64_t address = stayed ? event.old_object : place_.take(from_.place.take(), tuple.size, tuple.size_class);
    if (address == 0) [[unlikely]]
      return false;
    place_.born(node, address);
    if constexpr (kNaming == Naming::kNumber) block_->addresses[index] = address;
  }
  event.object = name_of<kNaming>(node);
  return true;
}

template <Naming kNaming>
[[gnu::always_inline]] inline bool EventDecoder::decode_free(Event& event, uint32_t lane, uint8_t token) {
  const uint32_t node = take_node(lane, token);
  if (node == LiveList::kNone) [[unlikely]]
    return false;
  event.op = free_op_[static_cast<uint8_t>(live_.op_of(node))];
  event.object = name_of<kNaming>(node);
  if (event.op != Op::kFree) {
    const Event& birth = first_event_[live_.event_of(node)];
    const OpTraits& kind = traits(event.op);
    event.size = kind.sized ? birth.size : 0;
    event.align_log2 = kind.aligned ? birth.align_log2 : 0;
  }
  release(node, lane);
  return true;
}

template <Naming kNaming>
[[gnu::always_inline]] inline bool EventDecoder::decode_event(Event& event, uint32_t lane) {
  const uint8_t token = from_.tokens.take();
  const Tuple* tuple = nullptr;
  if (token >= kTokenFirstTuple && token < kTokenTupleIndex) {
    tuple = tuples_.at(token - uint32_t{kTokenFirstTuple});
  } else if (token >= kTokenFirstRef && token < kTokenFirstTuple) {
    return decode_free<kNaming>(event, lane, token);
  } else {
    switch (token) {
      case kTokenTupleIndex:
        tuple = tuples_.beyond(kInlineTuples, from_.tuple_index.take());
        break;
      case kTokenLiteral:
        tuple = take_literal();
        break;
      case kTokenOldFree:
        return decode_old_free<kNaming>(event, Op::kFree);
      case kTokenOldFreeAlike:
        return decode_old_free<kNaming>(event, old_free_op_);
      case kTokenRare:
        return decode_rare<kNaming>(event, lane);
      default:
        return decode_free<kNaming>(event, lane, token);
    }
  }
  return tuple != nullptr && decode_allocation<kNaming>(event, lane, *tuple);
}

template <Naming kNaming>
bool EventDecoder::decode_runs() {
  Event* event = first_event_;
  Event* const end = event + params_.events;
  const bool all_durations = params_.durations == Durations::kAll;
  while (event != end) {
    const uint64_t lane = from_.run_lane.take();
    const uint64_t further = from_.run_length.take();
    if (lane >= params_.lanes || further >= static_cast<uint64_t>(end - event)) return false;
    const uint32_t thread = block_->threads[lane];
    for (Event* const run_end = event + further + 1; event != run_end; ++event) {
      *event = Event{};
      event->thread = thread;
      event->time = from_.time.next() * params_.time_quantum;
      if (!decode_event<kNaming>(*event, static_cast<uint32_t>(lane))) [[unlikely]]
        return false;
      if (all_durations) event->duration = take_duration();
    }
  }
  return true;
}

template bool EventDecoder::decode_runs<Naming::kAddress>();
template bool EventDecoder::decode_runs<Naming::kNumber>();

}  // namespace heapreel::reel
