// The seldom half of event_encoder.h: reallocs, blocks born elsewhere, rare events, parameters.
#include "trace_format/codec/event_encoder.h"

namespace heapreel::reel {

void BlockSinks::clear() {
  tokens.clear();
  refs.clear();
  for (ValueSink* sink : {&params, &lanes, &run_lane, &run_length, &tuple_index, &literal, &age, &old, &cross, &rare,
                          &place, &time, &duration, &stack})
    sink->clear();
}

base::Bytes BlockSinks::column(unsigned id) const {
  const auto half = [id](const ValueSink& sink) { return (id & 1) == 0 ? sink.small() : sink.extra(); };
  switch (static_cast<Column>(id & ~1U)) {
    case Column::kParams:
      return half(params);
    case Column::kLanes:
      return half(lanes);
    case Column::kRunLane:
      return half(run_lane);
    case Column::kRunLength:
      return half(run_length);
    case Column::kTokens:
      return (id & 1) == 0 ? tokens.bytes() : base::Bytes{};
    case Column::kRefs:
      return (id & 1) == 0 ? refs.bytes() : base::Bytes{};
    case Column::kTupleIndex:
      return half(tuple_index);
    case Column::kLiteral:
      return half(literal);
    case Column::kAge:
      return half(age);
    case Column::kOld:
      return half(old);
    case Column::kCross:
      return half(cross);
    case Column::kRare:
      return half(rare);
    case Column::kPlace:
      return half(place);
    case Column::kTime:
      return half(time);
    case Column::kDuration:
      return half(duration);
    case Column::kStack:
      return half(stack);
  }
  return {};
}

void EventEncoder::put_literal(const Event& event, uint8_t flags) {
  sinks_.tokens.put(kTokenLiteral);
  sinks_.literal.put(static_cast<uint8_t>(event.op));
  sinks_.literal.put(flags);
  sinks_.literal.put(event.align_log2);
  sinks_.literal.put(event.size);
  literal_ = make_tuple(event.size, event.op, flags, event.align_log2);
  tuples_.add(literal_);
}

template <Naming kNaming>
void EventEncoder::encode_old_free(const Event& event, Cursor at) {
  const OpTraits& kind = traits(event.op);
  if (event.op == Op::kFree && event.size == 0 && event.align_log2 == 0) {
    sinks_.tokens.put(kTokenOldFree);
  } else if (event.op == old_free_op_ && !kind.aligned && (kind.sized || event.size == 0) && event.align_log2 == 0) {
    sinks_.tokens.put(kTokenOldFreeAlike);
    if (kind.sized) sinks_.old.put(event.size);
  } else {
    return encode_rare<kNaming>(event, at);
  }
  put_old<kNaming>(event.object);
  if constexpr (kNaming == Naming::kAddress) place_.freed_stranger(event.object);
}

// The block a realloc took, as one byte in the alphabet of the frees, with the same companions.
template <Naming kNaming>
void EventEncoder::encode_realloc_old(const Event& event, Cursor at, const Tuple& tuple) {
  if (options_.durations == Durations::kReallocs) put_duration(event);
  const bool stays = kNaming == Naming::kAddress && tuple.births && (tuple.flags & kMoved) == 0;
  const uint32_t node = node_of<kNaming>(event.old_object);
  if (node == LiveList::kNone) {
    sinks_.refs.put(kTokenOldFree);
    put_old<kNaming>(event.old_object);
    if (kNaming == Naming::kAddress && tuple.releases && !stays) place_.freed_stranger(event.old_object);
    return;
  }
  put_reference(sinks_.refs, node, at.lane);
  if (!tuple.releases) return;
  if (stays) {
    table_.remove(event.old_object, node);  // the address lives on in the new block
    live_.release_own(node);
  } else {
    release(node, at.lane);
  }
}

template <Naming kNaming>
void EventEncoder::encode_rare(const Event& event, Cursor at) {
  sinks_.tokens.put(kTokenRare);
  sinks_.rare.put(static_cast<uint8_t>(event.op));
  sinks_.rare.put(event.flags);
  sinks_.rare.put(event.align_log2);
  sinks_.rare.put(event.size);
  const uint32_t node = event.object == kNoObject ? LiveList::kNone : node_of<kNaming>(event.object);
  if (node != LiveList::kNone) {
    sinks_.rare.put(2 + uint64_t{live_.age_of(node)});
  } else {
    sinks_.rare.put(event.object == kNoObject ? 0 : 1);
    if (event.object != kNoObject) sinks_.rare.put(event.object);
  }
  if (!traits(event.op).frees) return;
  if (node != LiveList::kNone) {
    free_op_[static_cast<uint8_t>(live_.op_of(node))] = event.op;
    release(node, at.lane);
  } else if (event.object != kNoObject) {
    old_free_op_ = event.op;
  }
}

template <Naming kNaming>
void EventEncoder::put_old(uint64_t object) {
  if constexpr (kNaming == Naming::kAddress) {
    exact_ &= has_distance_code(object, last_old_);
    sinks_.old.put(distance_code(object, last_old_));
  } else {
    sinks_.old.put_signed(static_cast<int64_t>(object - last_old_));
  }
  last_old_ = object;
}

void EventEncoder::put_duration(const Event& event) {
  sinks_.duration.put(event.duration);
  const uint64_t time = last_time_ << quantum_shift_;
  if (traits(event.op).allocates)
    span_.first_time = std::min(span_.first_time, time - std::min<uint64_t>(time, event.duration));
  else
    span_.last_time = std::max(span_.last_time, time + std::min<uint64_t>(~time, event.duration));
}

void EventEncoder::put_params() {
  for (const uint64_t value :
       {uint64_t{static_cast<uint8_t>(params_.naming)}, uint64_t{static_cast<uint8_t>(params_.time_codec)},
        uint64_t{static_cast<uint8_t>(params_.durations)}, uint64_t{params_.places}, uint64_t{params_.events},
        uint64_t{params_.births}, uint64_t{params_.lanes}, params_.first_object, params_.time_quantum,
        params_.first_time})
    sinks_.params.put(value);
}

template void EventEncoder::encode_old_free<Naming::kAddress>(const Event&, Cursor);
template void EventEncoder::encode_old_free<Naming::kNumber>(const Event&, Cursor);
template void EventEncoder::encode_realloc_old<Naming::kAddress>(const Event&, Cursor, const Tuple&);
template void EventEncoder::encode_realloc_old<Naming::kNumber>(const Event&, Cursor, const Tuple&);
template void EventEncoder::encode_rare<Naming::kAddress>(const Event&, Cursor);
template void EventEncoder::encode_rare<Naming::kNumber>(const Event&, Cursor);

}  // namespace heapreel::reel
