// The decoder of plain_decoder.h. Hot: one pass, every read checked, no allocation once the buffers have grown.
//
// Budget: 8 ns an event including the writing of its 48 bytes; measure with `./dev bench format`.
#include "trace_format/codec/plain_decoder.h"

#include <fmt/format.h>

#include "trace_format/codec/realloc_flags.h"
#include "trace_format/codec/stack_column.h"
#include "trace_format/wire/limits.h"

namespace heapreel::reel {
namespace {

base::Bytes at(const ColumnBytes& columns, PlainColumn column, unsigned half = 0) {
  return columns[static_cast<unsigned>(column) + half];
}

ValueSource values(const ColumnBytes& columns, PlainColumn column) {
  return {at(columns, column), at(columns, column, 1)};
}

// Whether the block holds nothing but what a plain block has.
bool has_known_columns_only(const ColumnBytes& columns) {
  for (const PlainColumn column : {PlainColumn::kControl, PlainColumn::kData})
    if (!at(columns, column, 1).empty()) return false;
  for (auto id = static_cast<unsigned>(PlainColumn::kRare) + 2; id < static_cast<unsigned>(PlainColumn::kStack); ++id)
    if (!columns[id].empty()) return false;
  return true;
}

// What an absent column of data is read from.
constexpr std::array<uint8_t, kValuePadding> kPadding{};

constexpr uint64_t mask_of(unsigned bytes) { return bytes == 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * bytes)) - 1; }

}  // namespace

base::Status PlainDecoder::decode(const ColumnBytes& columns, EventBlock& block) {
  const auto damaged = [](const char* why) { return base::bad_input("damaged event block", why); };
  if (!has_known_columns_only(columns)) return damaged("a column that plain blocks do not have");
  HEAPREEL_TRY(read_params(columns, block));
  if (!read_forms(values(columns, PlainColumn::kForms))) return damaged("an unknown form of events");
  rare_ = values(columns, PlainColumn::kRare);
  block.addresses.clear();
  block.events.resize(block.params.events);
  const base::Bytes control = at(columns, PlainColumn::kControl);
  if (control.size() != block.params.events) return damaged("columns do not match the events");
  if (!decode_events(control, at(columns, PlainColumn::kData), block))
    return damaged("columns do not match the events");
  if (!decode_stacks(values(columns, PlainColumn::kStack), block.events))
    return damaged("call stacks do not match the events");
  return {};
}

base::Status PlainDecoder::read_params(const ColumnBytes& columns, EventBlock& block) {
  ValueSource source = values(columns, PlainColumn::kParams);
  const uint64_t events = source.take();
  const uint64_t thread = source.take();
  const uint64_t time_quantum = source.take();
  const uint64_t first_time = source.take();
  if (!source.consumed() || time_quantum == 0) return base::bad_input("damaged event block", "malformed parameters");
  if (events > limits::kEventsPerBlock || thread >= limits::kThreads)
    return base::over_limit("damaged event block", fmt::format("{} events of thread {}", events, thread));
  block.params = {
      .events = static_cast<uint32_t>(events), .lanes = 1, .time_quantum = time_quantum, .first_time = first_time};
  block.threads = {static_cast<uint32_t>(thread)};
  return {};
}

bool PlainDecoder::read_forms(ValueSource source) {
  forms_.fill({});
  for (unsigned index = 1; !source.at_end(); ++index)
    if (index > kFormsMax || !make_form(source.take(), forms_[index])) return false;
  return source.consumed();
}

bool PlainDecoder::make_form(uint64_t number, Form& form) {
  if (number >= kFormLimit || !is_known(number % kOpLimit)) return false;
  const unsigned time_bytes = kTimeBytes[number >> kTimeCodeShift & 3];
  const unsigned size_bytes = kSizeBytes[number >> kSizeCodeShift & 3];
  const unsigned address_code = number >> kAddressCodeShift & 7;
  const unsigned step_bytes = kAddressBytes[address_code];
  form = {.time_mask = mask_of(time_bytes),
          .size_mask = mask_of(size_bytes),
          .step_mask = mask_of(step_bytes),
          .object_mask = address_code == kNoAddress ? 0 : ~uint64_t{0},
          .bytes = time_bytes + size_bytes + step_bytes,
          .time_bits = static_cast<uint8_t>(8 * time_bytes),
          .head_bytes = static_cast<uint8_t>(time_bytes + size_bytes),
          .step_bytes = static_cast<uint8_t>(step_bytes),
          .op = static_cast<Op>(number % kOpLimit)};
  const OpTraits& kind = traits(form.op);
  return !kind.reallocates && (!kind.allocates || form.object_mask != 0);
}

// The columns are followed by kValuePadding readable bytes, so that a load at their very end stays within.
bool PlainDecoder::decode_events(base::Bytes control, base::Bytes data, EventBlock& block) {
  const uint8_t* next = data.empty() ? kPadding.data() : data.data();
  const uint8_t* const end = next + data.size();
  const uint64_t quantum = block.params.time_quantum;
  const uint32_t thread = block.threads[0];
  Place place{.time = block.params.first_time};
  Event* event = block.events.data();
  for (const uint8_t index : control) {
    const Form& form = forms_[index];
    if (static_cast<size_t>(end - next) < form.bytes) [[unlikely]] {
      if (index != kRareControl || !take_rare(*event, place)) return false;
      event->time = place.time * quantum;
      event->thread = thread;
      ++event;
      continue;
    }
    const auto head = base::load_le<uint64_t>(next);
    next += form.head_bytes;
    const uint64_t step = base::load_le<uint64_t>(next) & form.step_mask;
    next += form.step_bytes;
    place.time += head & form.time_mask;
    place.address += static_cast<uint64_t>(base::unzigzag(step)) * kAddressUnit;
    const uint64_t object = place.address & form.object_mask;
    if (object == kNoObject && form.object_mask != 0) [[unlikely]]
      return false;
    *event++ = {.time = place.time * quantum,
                .size = head >> form.time_bits & form.size_mask,
                .object = object,
                .thread = thread,
                .op = form.op};
  }
  return next == end && rare_.consumed();
}

bool PlainDecoder::take_rare(Event& event, Place& place) {
  const uint64_t op = rare_.take();
  const uint64_t flags = rare_.take();
  const uint64_t align_log2 = rare_.take();
  if (op >= kOpLimit || !is_known(static_cast<uint8_t>(op)) || flags > kFlagMask || align_log2 > 63) return false;
  event = {
      .op = static_cast<Op>(op), .flags = static_cast<uint8_t>(flags), .align_log2 = static_cast<uint8_t>(align_log2)};
  place.time += static_cast<uint64_t>(rare_.take_signed());
  event.size = rare_.take();
  event.object = place.address + static_cast<uint64_t>(rare_.take_signed());
  const bool takes_old = has_old(event.op, event.flags);
  if (takes_old) event.old_object = place.address + static_cast<uint64_t>(rare_.take_signed());
  const uint64_t duration = rare_.take();
  event.duration = static_cast<uint32_t>(duration);
  if (event.object != kNoObject) place.address = event.object / kAddressUnit * kAddressUnit;
  const bool is_birth = births(event.op, event.flags);
  if (duration > ~uint32_t{0} || (takes_old && event.old_object == kNoObject)) return false;
  if (traits(event.op).allocates && is_birth != (event.object != kNoObject)) return false;
  return event.flags == flags_by_addresses(event);
}

}  // namespace heapreel::reel
