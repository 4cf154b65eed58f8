// The encoder of plain_encoder.h. Hot: one pass, three unaligned stores an event, one branch that is seldom taken.
//
// Budget: 6 ns an event; measure with `./dev bench format`.
#include "trace_format/codec/plain_encoder.h"

#include <algorithm>
#include <bit>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "trace_format/codec/realloc_flags.h"

namespace heapreel::reel {
namespace {

#if defined(__x86_64__)
constexpr unsigned kFeatureLeaf = 7;
constexpr unsigned kExtendedLeaf = 0x80000001;
#endif
constexpr uint8_t kTooWide = 4;  // a time or size that no form can hold

// By the bits of a number: the code of the fewest bytes that hold it.
constexpr std::array<uint8_t, 65> narrow_codes() {
  std::array<uint8_t, 65> codes{};
  for (unsigned bits = 0; bits <= 64; ++bits)
    codes[bits] = bits == 0 ? 0 : bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 3 : kTooWide;
  return codes;
}
constexpr std::array<uint8_t, 65> address_codes() {
  std::array<uint8_t, 65> codes{};
  for (unsigned bits = 0; bits <= 64; ++bits) {
    uint8_t code = 0;
    while (8U * kAddressBytes[code] < bits) ++code;
    codes[bits] = code;
  }
  return codes;
}
constexpr auto kNarrowCodes = narrow_codes();
constexpr auto kAddressCodes = address_codes();
static_assert(kTimeBytes == kSizeBytes);

// What the processor can do. On many it counts leading zeros (of 0, too) in one step; the older instruction for it
// takes eight steps on some, and does not know 0.
enum class Processor : uint8_t { kAny, kCountsZeros };

// std::bit_width() without the branch that compilers make of its zero, and that a mix of calls mispredicts.
template <Processor kProcessor>
[[gnu::always_inline]] inline unsigned bits_of(uint64_t number) {
  if constexpr (kProcessor == Processor::kCountsZeros) return 64 - static_cast<unsigned>(std::countl_zero(number));
  return 64 - static_cast<unsigned>(std::countl_zero(number | 1)) - static_cast<unsigned>(number == 0);
}

// Not 0 for what no form has: flags, an alignment, an old object, an address that is no multiple of the unit.
inline unsigned oddity_of(const Event& event) {
  const unsigned op = static_cast<uint8_t>(event.op);
  const bool reallocates = op - static_cast<unsigned>(Op::kRealloc) < 2;
  return event.flags | event.align_log2 | static_cast<unsigned>(reallocates) |
         static_cast<unsigned>(event.object % kAddressUnit);
}
static_assert(static_cast<uint8_t>(Op::kReallocarray) == static_cast<uint8_t>(Op::kRealloc) + 1);

}  // namespace

PlainEncoder::PlainEncoder(const PlainOptions& options)
    : options_(options), quantum_shift_(static_cast<unsigned>(std::countr_zero(options.time_quantum))) {}

void PlainEncoder::encode(std::span<const Event> events) {
  begin(events);
  encode_events(events);
  if (options_.stacks) stacks_.encode(events, stack_);
}

void PlainEncoder::begin(std::span<const Event> events) {
  const uint64_t first_time = events.empty() ? 0 : events.front().time >> quantum_shift_;
  params_ = {.naming = Naming::kAddress,
             .durations = options_.durations,
             .events = static_cast<uint32_t>(events.size()),
             .lanes = 1,
             .time_quantum = options_.time_quantum,
             .first_time = first_time};
  span_ = {.first_time = first_time << quantum_shift_, .last_time = first_time << quantum_shift_};
  for (ValueSink* sink : {&param_values_, &form_values_, &rare_, &stack_}) sink->clear();
  for (const uint64_t value : {uint64_t{params_.events}, uint64_t{events.empty() ? 0 : events.front().thread},
                               options_.time_quantum, first_time})
    param_values_.put(value);
  form_index_.fill(0);
  forms_ = 0;
  if (control_.size() < events.size()) control_.resize(events.size());
  const size_t data_max = events.size() * kPlainBytesMax + sizeof(uint64_t);
  if (data_.size() < data_max) data_.resize(data_max);
}

// The loop, once for each kind of processor.
struct PlainEncoder::Loop {
  template <Processor kProcessor>
  [[gnu::always_inline]] static inline void run(PlainEncoder& encoder, std::span<const Event> events) {
    encoder.encode_all(events, [](uint64_t number) { return bits_of<kProcessor>(number); });
  }
  static void anywhere(PlainEncoder& encoder, std::span<const Event> events) { run<Processor::kAny>(encoder, events); }
#if defined(__x86_64__)
  [[gnu::target("lzcnt,bmi2")]] static void counting_zeros(PlainEncoder& encoder, std::span<const Event> events) {
    run<Processor::kCountsZeros>(encoder, events);
  }
  static bool can_count_zeros() {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    const bool counts = __get_cpuid(kExtendedLeaf, &a, &b, &c, &d) != 0 && (c & bit_LZCNT) != 0;
    return counts && __get_cpuid_count(kFeatureLeaf, 0, &a, &b, &c, &d) != 0 && (b & bit_BMI2) != 0;
  }
#endif
};

void PlainEncoder::encode_events(std::span<const Event> events) {
#if defined(__x86_64__)
  static const bool counts_zeros = Loop::can_count_zeros();
  if (counts_zeros) return Loop::counting_zeros(*this, events);
#endif
  Loop::anywhere(*this, events);
}

template <class BitsOf>
[[gnu::always_inline]] inline void PlainEncoder::encode_all(std::span<const Event> events, BitsOf bits_of) {
  const uint32_t durations_kept = options_.durations == Durations::kAll ? ~uint32_t{0} : 0;
  const unsigned quantum_shift = quantum_shift_;
  Place place{.time = params_.first_time};
  uint8_t* control = control_.data();
  uint8_t* data = data_.data();
  for (const Event& event : events) {
    const uint64_t now = event.time >> quantum_shift;
    const uint64_t rise = now - place.time;  // giant if the time fell
    const uint64_t step = base::zigzag(static_cast<int64_t>(event.object - place.address) >> 3);
    const unsigned time_code = kNarrowCodes[bits_of(rise)];
    const unsigned size_code = kNarrowCodes[bits_of(event.size)];
    const unsigned address_code = event.object == kNoObject ? kNoAddress : kAddressCodes[bits_of(step)];
    const unsigned form = static_cast<uint8_t>(event.op) | time_code << kTimeCodeShift | size_code << kSizeCodeShift |
                          address_code << kAddressCodeShift;
    const unsigned oddity = oddity_of(event) | ((time_code | size_code) & kTooWide) | (event.duration & durations_kept);
    uint8_t index = form_index_[form];
    if (oddity != 0 || index == kRareControl) [[unlikely]]
      index = oddity != 0 ? kRareControl : new_form(form);
    *control++ = index;
    if (index == kRareControl) [[unlikely]] {
      put_rare(event, place);
    } else {
      base::store_le(data, rise | event.size << (8 * kTimeBytes[time_code]));
      data += kTimeBytes[time_code] + kSizeBytes[size_code];
      base::store_le(data, step);
      data += kAddressBytes[address_code];
    }
    place = {.time = now,
             .address = event.object == kNoObject ? place.address : event.object / kAddressUnit * kAddressUnit};
  }
  span_.last_time = std::max(span_.last_time, place.time << quantum_shift_);
  data_bytes_ = static_cast<size_t>(data - data_.data());
}

// The number of a form that occurs for the first time, or kRareControl if the block has too many.
uint8_t PlainEncoder::new_form(unsigned form) {
  if (forms_ == kFormsMax) return kRareControl;
  form_values_.put(form);
  form_index_[form] = static_cast<uint8_t>(++forms_);
  return form_index_[form];
}

void PlainEncoder::put_rare(const Event& event, Place from) {
  const uint8_t flags = flags_by_addresses(event);
  const bool has_object = !traits(event.op).allocates || births(event.op, flags);
  const uint64_t object = has_object ? event.object : kNoObject;
  for (const uint64_t value : {uint64_t{static_cast<uint8_t>(event.op)}, uint64_t{flags}, uint64_t{event.align_log2}})
    rare_.put(value);
  rare_.put_signed(static_cast<int64_t>((event.time >> quantum_shift_) - from.time));
  rare_.put(event.size);
  rare_.put_signed(static_cast<int64_t>(object - from.address));
  if (has_old(event.op, flags)) rare_.put_signed(static_cast<int64_t>(event.old_object - from.address));
  rare_.put(keeps_duration(event) ? event.duration : 0);
  // Between rare events the time only rises: the greatest so far is this one's or the one before.
  span_.last_time = std::max(span_.last_time, from.time << quantum_shift_);
  extend_span(event);
}

bool PlainEncoder::keeps_duration(const Event& event) const {
  return options_.durations == Durations::kAll ||
         (options_.durations == Durations::kReallocs && has_old(event.op, event.flags));
}

// Durations reach back from an allocation and forward from a free.
void PlainEncoder::extend_span(const Event& event) {
  const uint64_t time = event.time >> quantum_shift_ << quantum_shift_;
  const uint64_t duration = keeps_duration(event) ? event.duration : 0;
  const bool back = traits(event.op).allocates;
  span_.first_time = std::min(span_.first_time, time - (back ? std::min(time, duration) : 0));
  span_.last_time = std::max(span_.last_time, time + (back ? 0 : std::min(~time, duration)));
}

base::Bytes PlainEncoder::column(unsigned id) const {
  const auto half = [id](const ValueSink& sink) { return (id & 1) == 0 ? sink.small() : sink.extra(); };
  const auto bytes = [id](const base::Buffer& buffer, size_t size) {
    return (id & 1) == 0 ? base::Bytes(buffer.data(), size) : base::Bytes{};
  };
  switch (static_cast<PlainColumn>(id & ~1U)) {
    case PlainColumn::kParams:
      return half(param_values_);
    case PlainColumn::kForms:
      return half(form_values_);
    case PlainColumn::kControl:
      return bytes(control_, params_.events);
    case PlainColumn::kData:
      return bytes(data_, data_bytes_);
    case PlainColumn::kRare:
      return half(rare_);
    case PlainColumn::kStack:
      return half(stack_);
  }
  return {};
}

}  // namespace heapreel::reel
