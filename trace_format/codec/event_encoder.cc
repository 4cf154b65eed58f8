// The encoder of event_encoder.h. Hot: one pass over the events, no allocation once the buffers have grown.
//
// Budget: 20 ns an event under Naming::kAddress, 17 under kNumber, without zstd; measure with `./dev bench format`.
#include "trace_format/codec/event_encoder.h"

#include "trace_format/codec/time_curve.h"

namespace heapreel::reel {

void BlockSinks::clear() {
  tokens.clear();
  refs.clear();
  for (ValueSink* sink : {&params, &lanes, &run_lane, &run_length, &tuple_index, &literal, &age, &old, &cross, &rare,
                          &place, &time, &duration})
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
  }
  return {};
}

void EventEncoder::encode(std::span<const Event> events, uint64_t first_object, std::span<const uint64_t> addresses) {
  events_ = events;
  addresses_ = addresses;
  params_ = {.naming = options_.naming,
             .time_codec = options_.time_codec,
             .durations = options_.durations,
             .places = options_.naming == Naming::kAddress || !addresses.empty(),
             .events = static_cast<uint32_t>(events.size()),
             .births = 0,
             .lanes = 0,
             .first_object = first_object,
             .time_quantum = options_.time_quantum,
             .first_time = events.empty() ? 0 : events.front().time / options_.time_quantum};
  sinks_.clear();
  lanes_.clear();
  cross_cursor_.clear();
  const auto births_limit = static_cast<uint32_t>(events.size());
  live_.reset(births_limit);
  table_.reset(births_limit);
  if (params_.places) place_.reset(births_limit);
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
  encode_times();
  put_params();
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

template <Naming kNaming>
void EventEncoder::encode_event(const Event& event, Cursor at) {
  const OpTraits& kind = traits(event.op);
  if (kind.allocates)
    encode_allocation<kNaming>(event, at);
  else if (kind.frees && event.object != kNoObject && event.flags == 0)
    encode_free<kNaming>(event, at);
  else
    encode_rare<kNaming>(event, at);
  if (options_.durations == Durations::kAll) sinks_.duration.put(event.duration);
}

template <Naming kNaming>
void EventEncoder::encode_allocation(const Event& given, Cursor at) {
  Event event = given;
  if constexpr (kNaming == Naming::kAddress) {
    const bool moved =
        births(event.op, event.flags) && has_old(event.op, event.flags) && event.object != event.old_object;
    event.flags = static_cast<uint8_t>((event.flags & ~kMoved) | (moved ? kMoved : 0));
  }
  const uint32_t index = tuples_.find(event);
  if (index < kInlineTuples) {
    sinks_.tokens.put(static_cast<uint8_t>(kTokenFirstTuple + index));
  } else if (index != TupleTable::kUnknown) {
    sinks_.tokens.put(kTokenTupleIndex);
    sinks_.tuple_index.put(index - kInlineTuples);
  } else {
    sinks_.tokens.put(kTokenLiteral);
    sinks_.literal.put(static_cast<uint8_t>(event.op));
    sinks_.literal.put(event.flags);
    sinks_.literal.put(event.align_log2);
    sinks_.literal.put(event.size);
    tuples_.add(make_tuple(event.size, event.op, event.flags, event.align_log2));
  }
  if (has_old(event.op, event.flags)) {
    encode_realloc_old<kNaming>(event, at);
    if (options_.durations == Durations::kReallocs) sinks_.duration.put(event.duration);
  }
  if (!births(event.op, event.flags)) return;
  const uint32_t node = live_.add(at.lane, at.index, event.op, PlaceModel::class_of(event.size));
  if (params_.places) place_birth(event, at, node);
}

void EventEncoder::place_birth(const Event& event, Cursor at, uint32_t node) {
  const bool by_address = options_.naming == Naming::kAddress;
  const uint64_t address = by_address ? event.object : addresses_[at.index];
  const bool stayed = by_address && has_old(event.op, event.flags) && (event.flags & kMoved) == 0;
  if (!stayed) sinks_.place.put(place_.code_of(address, event.size));
  table_.add(address, node, live_);
}

void EventEncoder::place_release(uint32_t node) { place_.freed(table_.address_of(node), live_.size_class_of(node)); }

template <Naming kNaming>
uint32_t EventEncoder::node_of(uint64_t object) const {
  if constexpr (kNaming == Naming::kAddress) {
    return table_.find(object, live_);
  } else {
    const uint64_t ordinal = object - params_.first_object;
    if (ordinal >= live_.births()) return LiveList::kNone;
    const auto node = static_cast<uint32_t>(ordinal);
    return live_.is_live(node) ? node : LiveList::kNone;
  }
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
void EventEncoder::encode_free(const Event& event, Cursor at) {
  const uint32_t node = node_of<kNaming>(event.object);
  if (node == LiveList::kNone) return encode_old_free<kNaming>(event, at);
  if (!frees_as_told(event, node)) return encode_rare<kNaming>(event, at);
  if (live_.lane_of(node) != at.lane) {
    sinks_.tokens.put(kTokenCrossFree);
    put_cross(at.lane, node);
  } else if (const uint32_t reference = live_.reference_of(at.lane, node); reference != LiveList::kNone) {
    sinks_.tokens.put(static_cast<uint8_t>(kTokenFirstRef + reference));
  } else {
    sinks_.tokens.put(kTokenAgedFree);
    sinks_.age.put(live_.age_of(node));
  }
  release(node, at.lane);
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
  if constexpr (kNaming == Naming::kAddress) place_.freed(event.object, PlaceModel::kUnknownClass);
}

// The block a realloc took, as one byte in the alphabet of the frees, with the same companions.
template <Naming kNaming>
void EventEncoder::encode_realloc_old(const Event& event, Cursor at) {
  const bool releases = releases_old(event.op, event.flags);
  const uint32_t node = node_of<kNaming>(event.old_object);
  if (node == LiveList::kNone) {
    sinks_.refs.put(kTokenOldFree);
    put_old<kNaming>(event.old_object);
    if (kNaming == Naming::kAddress && releases && event.object != event.old_object)
      place_.freed(event.old_object, PlaceModel::kUnknownClass);
    return;
  }
  if (live_.lane_of(node) != at.lane) {
    sinks_.refs.put(kTokenCrossFree);
    put_cross(at.lane, node);
  } else if (const uint32_t reference = live_.reference_of(at.lane, node); reference != LiveList::kNone) {
    sinks_.refs.put(static_cast<uint8_t>(kTokenFirstRef + reference));
  } else {
    sinks_.refs.put(kTokenAgedFree);
    sinks_.age.put(live_.age_of(node));
  }
  if (!releases) return;
  if (kNaming == Naming::kAddress && event.object == event.old_object)
    live_.release_own(node);  // the address lives on in the new block
  else
    release(node, at.lane);
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

// A block of another lane: by its place relative to the last such block this lane freed, else by age.
void EventEncoder::put_cross(uint32_t lane, uint32_t node) {
  const uint32_t cursor = cross_cursor_[lane];
  sinks_.cross.put(live_.cross_reference_of(cursor, node));
  cross_cursor_[lane] = live_.older(node);
}

void EventEncoder::release(uint32_t node, uint32_t lane) {
  if (params_.places) place_release(node);
  if (live_.lane_of(node) == lane)
    live_.release_own(node);
  else
    live_.release_foreign(node);
}

template <Naming kNaming>
void EventEncoder::put_old(uint64_t object) {
  if constexpr (kNaming == Naming::kAddress)
    sinks_.old.put(distance_code(object, last_old_));
  else
    sinks_.old.put_signed(static_cast<int64_t>(object - last_old_));
  last_old_ = object;
}

void EventEncoder::encode_times() {
  if (options_.time_codec == TimeCodec::kDelta)
    encode_time_deltas(events_, options_.time_quantum, sinks_.time);
  else if (options_.time_codec == TimeCodec::kCurve)
    encode_time_curve(events_, options_.time_quantum, options_.time_error_max, sinks_.time);
}

void EventEncoder::put_params() {
  for (const uint64_t value :
       {uint64_t{static_cast<uint8_t>(params_.naming)}, uint64_t{static_cast<uint8_t>(params_.time_codec)},
        uint64_t{static_cast<uint8_t>(params_.durations)}, uint64_t{params_.places}, uint64_t{params_.events},
        uint64_t{params_.births}, uint64_t{params_.lanes}, params_.first_object, params_.time_quantum,
        params_.first_time})
    sinks_.params.put(value);
}

}  // namespace heapreel::reel
