// Turns one thread's events into the columns of a plain block. Twin: plain_decoder.h.
//
// For a collector that has no time to compress: the block holds what a capture block would, in more bytes. The encoder
// keeps its buffers, so a long-lived one allocates only while it grows.
#pragma once

#include <array>
#include <span>

#include "trace_format/codec/columns.h"
#include "trace_format/codec/plain_columns.h"
#include "trace_format/codec/stack_column.h"

namespace heapreel::reel {

struct PlainOptions {
  Durations durations = Durations::kReallocs;
  bool stacks = true;         // false: no event has one
  uint64_t time_quantum = 1;  // ticks, a power of two
};

class PlainEncoder {
 public:
  explicit PlainEncoder(const PlainOptions& options);

  // Encodes 1..limits::kEventsPerBlock events of one thread. The columns stay valid until the next call.
  void encode(std::span<const Event> events);

  const BlockParams& params() const { return params_; }
  const BlockSpan& span() const { return span_; }
  base::Bytes column(unsigned id) const;

 private:
  // Where the block has come to.
  struct Place {
    uint64_t time = 0;     // quanta
    uint64_t address = 0;  // of the last object, rounded down to kAddressUnit
  };

  void begin(std::span<const Event> events);
  struct Loop;
  void encode_events(std::span<const Event> events);
  template <class BitsOf>
  void encode_all(std::span<const Event> events, BitsOf bits_of);
  uint8_t new_form(unsigned form);
  void put_rare(const Event& event, Place from);
  void extend_span(const Event& event);
  bool keeps_duration(const Event& event) const;

  PlainOptions options_;
  unsigned quantum_shift_;
  BlockParams params_;
  BlockSpan span_;
  std::array<uint8_t, kFormLimit> form_index_{};  // by form: its number in this block, 0 while it has none
  unsigned forms_ = 0;
  ValueSink param_values_, form_values_, rare_, stack_;
  StackEncoder stacks_;
  base::Buffer control_;
  base::Buffer data_;
  size_t data_bytes_ = 0;
};

}  // namespace heapreel::reel
