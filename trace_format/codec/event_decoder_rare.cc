// The seldom half of event_decoder.h: opening a block, literals, blocks born elsewhere, reallocs, rare events.
#include <fmt/format.h>

#include "trace_format/codec/event_decoder.h"
#include "trace_format/codec/stack_column.h"
#include "trace_format/wire/limits.h"

namespace heapreel::reel {
namespace {

base::Bytes at(const ColumnBytes& columns, Column column, unsigned half = 0) {
  return columns[static_cast<unsigned>(column) + half];
}

ValueSource values(const ColumnBytes& columns, Column column) { return {at(columns, column), at(columns, column, 1)}; }

}  // namespace

base::Status EventDecoder::decode(const ColumnBytes& columns, EventBlock& block) {
  block_ = &block;
  if (!at(columns, Column::kTokens, 1).empty() || !at(columns, Column::kRefs, 1).empty())
    return base::bad_input("damaged event block", "a byte column with extra bytes");
  wide_durations_ = 0;
  HEAPREEL_TRY(read_params(columns));
  HEAPREEL_TRY(read_lanes(columns));
  open_sources(columns);
  block.params = params_;
  block.events.resize(params_.events);
  block.addresses.assign(params_.places && params_.naming == Naming::kNumber ? params_.events : 0, 0);
  first_event_ = block.events.data();
  live_.reset(params_.births);
  for (uint32_t lane = 0; lane < params_.lanes; ++lane) live_.add_lane();
  if (params_.places) place_.reset(params_.births, params_.events);
  tuples_.clear();
  free_op_.fill(Op::kFree);
  old_free_op_ = Op::kDeleteSized;
  last_old_ = params_.first_object;
  cross_cursor_.assign(params_.lanes, LiveList::kNone);
  trouble_ = "an event contradicts the ones before it";
  const bool sound =
      params_.naming == Naming::kAddress ? decode_runs<Naming::kAddress>() : decode_runs<Naming::kNumber>();
  if (!sound) return base::bad_input("damaged event block", trouble_);
  if (live_.births() != params_.births) return base::bad_input("damaged event block", "fewer births than declared");
  if (!all_consumed()) return base::bad_input("damaged event block", "columns do not match the events");
  if (!decode_stacks(values(columns, Column::kStack), block.events))
    return base::bad_input("damaged event block", "call stacks do not match the events");
  return {};
}

base::Status EventDecoder::read_params(const ColumnBytes& columns) {
  ValueSource source = values(columns, Column::kParams);
  const uint64_t naming = source.take();
  const uint64_t time_codec = source.take();
  const uint64_t durations = source.take();
  const uint64_t places = source.take();
  const uint64_t events = source.take();
  const uint64_t births = source.take();
  const uint64_t lanes = source.take();
  params_.first_object = source.take();
  params_.time_quantum = source.take();
  params_.first_time = source.take();
  if (!source.consumed()) return base::bad_input("damaged event block", "malformed parameters");
  if (naming > 1 || time_codec > 3 || durations > 2 || places > 1)
    return base::bad_input("damaged event block", "unknown parameter value");
  if (events > limits::kEventsPerBlock || lanes > limits::kLanesPerBlock || lanes > events || births > events)
    return base::over_limit("damaged event block", fmt::format("{} events on {} lanes", events, lanes));
  const bool by_number = naming == 1;
  if (params_.time_quantum == 0 || (by_number && params_.first_object == 0) || (!by_number && places == 0) ||
      params_.first_object > ~uint64_t{0} - births)
    return base::bad_input("damaged event block", "impossible parameters");
  params_.naming = static_cast<Naming>(naming);
  params_.time_codec = static_cast<TimeCodec>(time_codec);
  params_.durations = static_cast<Durations>(durations);
  params_.places = places != 0;
  params_.events = static_cast<uint32_t>(events);
  params_.births = static_cast<uint32_t>(births);
  params_.lanes = static_cast<uint32_t>(lanes);
  return {};
}

base::Status EventDecoder::read_lanes(const ColumnBytes& columns) {
  ValueSource source = values(columns, Column::kLanes);
  block_->threads.resize(params_.lanes);
  for (uint32_t& thread : block_->threads) {
    const uint64_t serial = source.take();
    if (serial >= limits::kThreads) return base::over_limit("damaged event block", "thread serial out of range");
    thread = static_cast<uint32_t>(serial);
  }
  if (!source.consumed()) return base::bad_input("damaged event block", "malformed lane table");
  return {};
}

void EventDecoder::open_sources(const ColumnBytes& columns) {
  from_.tokens = ByteSource(at(columns, Column::kTokens));
  from_.refs = ByteSource(at(columns, Column::kRefs));
  from_.run_lane = values(columns, Column::kRunLane);
  from_.run_length = values(columns, Column::kRunLength);
  from_.tuple_index = values(columns, Column::kTupleIndex);
  from_.literal = values(columns, Column::kLiteral);
  from_.age = values(columns, Column::kAge);
  from_.old = values(columns, Column::kOld);
  from_.cross = values(columns, Column::kCross);
  from_.rare = values(columns, Column::kRare);
  from_.place = values(columns, Column::kPlace);
  from_.duration = values(columns, Column::kDuration);
  from_.time = TimeSource(params_.time_codec, params_.first_time, values(columns, Column::kTime));
}

bool EventDecoder::all_consumed() const {
  return from_.tokens.consumed() && from_.refs.consumed() && from_.run_lane.consumed() && from_.run_length.consumed() &&
         from_.tuple_index.consumed() && from_.literal.consumed() && from_.age.consumed() && from_.old.consumed() &&
         from_.cross.consumed() && from_.rare.consumed() && from_.place.consumed() && from_.duration.consumed() &&
         from_.time.consumed() && wide_durations_ <= ~uint32_t{0};
}

const Tuple* EventDecoder::take_literal() {
  const uint64_t op = from_.literal.take();
  const uint64_t flags = from_.literal.take();
  const uint64_t align_log2 = from_.literal.take();
  const uint64_t size = from_.literal.take();
  if (op >= kOpLimit || !traits(static_cast<Op>(op)).allocates || flags > kFlagMask || align_log2 > 63) return nullptr;
  unremembered_ = make_tuple(size, static_cast<Op>(op), static_cast<uint8_t>(flags), static_cast<uint8_t>(align_log2));
  tuples_.append(unremembered_);
  return &unremembered_;
}

template <Naming kNaming>
bool EventDecoder::decode_old_free(Event& event, Op op) {
  event.op = op;
  if (traits(op).sized) event.size = from_.old.take();
  event.object = take_old<kNaming>();
  if constexpr (kNaming == Naming::kAddress) place_.freed_stranger(event.object);
  return is_plausible<kNaming>(event.object);
}

template <Naming kNaming>
bool EventDecoder::decode_realloc_old(Event& event, uint32_t lane, const Tuple& tuple) {
  if (params_.durations == Durations::kReallocs) event.duration = take_duration();
  const uint8_t token = from_.refs.take();
  const bool stays = kNaming == Naming::kAddress && tuple.births && (tuple.flags & kMoved) == 0;
  if (token == kTokenOldFree) {
    event.old_object = take_old<kNaming>();
    if (kNaming == Naming::kAddress && tuple.releases && !stays) place_.freed_stranger(event.old_object);
    return is_plausible<kNaming>(event.old_object);
  }
  const uint32_t node = take_node(lane, token);
  if (node == LiveList::kNone) return false;
  event.old_object = name_of<kNaming>(node);
  if (!tuple.releases) return true;
  if (stays)
    live_.release_own(node);
  else
    release(node, lane);
  return true;
}

template <Naming kNaming>
bool EventDecoder::decode_rare(Event& event, uint32_t lane) {
  const uint64_t op = from_.rare.take();
  const uint64_t flags = from_.rare.take();
  const uint64_t align_log2 = from_.rare.take();
  event.size = from_.rare.take();
  const uint64_t reference = from_.rare.take();
  if (!is_known(static_cast<uint8_t>(op)) || op >= kOpLimit || flags > kFlagMask || align_log2 > 63) return false;
  event.op = static_cast<Op>(op);
  event.flags = static_cast<uint8_t>(flags);
  event.align_log2 = static_cast<uint8_t>(align_log2);
  if (traits(event.op).allocates) return false;
  if (reference == 0) return true;
  if (reference == 1) {
    event.object = from_.rare.take();
    if (traits(event.op).frees) old_free_op_ = event.op;
    return is_plausible<kNaming>(event.object);
  }
  const uint32_t node = live_.node_of_age(reference - 2);
  if (node == LiveList::kNone || !live_.is_live(node)) return false;
  event.object = name_of<kNaming>(node);
  if (!traits(event.op).frees) return true;
  free_op_[static_cast<uint8_t>(live_.op_of(node))] = event.op;
  release(node, lane);
  return true;
}

template <Naming kNaming>
uint64_t EventDecoder::take_old() {
  if constexpr (kNaming == Naming::kAddress)
    last_old_ = apply_distance(last_old_, from_.old.take());
  else
    last_old_ += static_cast<uint64_t>(from_.old.take_signed());
  return last_old_;
}

template bool EventDecoder::decode_old_free<Naming::kAddress>(Event&, Op);
template bool EventDecoder::decode_old_free<Naming::kNumber>(Event&, Op);
template bool EventDecoder::decode_realloc_old<Naming::kAddress>(Event&, uint32_t, const Tuple&);
template bool EventDecoder::decode_realloc_old<Naming::kNumber>(Event&, uint32_t, const Tuple&);
template bool EventDecoder::decode_rare<Naming::kAddress>(Event&, uint32_t);
template bool EventDecoder::decode_rare<Naming::kNumber>(Event&, uint32_t);

}  // namespace heapreel::reel
