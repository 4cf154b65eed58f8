// Turns the columns of a plain block back into events. Twin: plain_encoder.h.
//
// Total, as event_decoder.h is: any bytes give events or an Error. Births have an address, reallocs that take an old
// block name one, every column is used up exactly.
#pragma once

#include <array>

#include "trace_format/codec/event_decoder.h"
#include "trace_format/codec/plain_columns.h"

namespace heapreel::reel {

class PlainDecoder {
 public:
  // Decodes into `block`, reusing its memory. On an error `block` holds nothing of use.
  base::Status decode(const ColumnBytes& columns, EventBlock& block);

 private:
  // A form, ready to be applied.
  struct Form {
    uint64_t time_mask = 0;
    uint64_t size_mask = 0;
    uint64_t step_mask = 0;
    uint64_t object_mask = 0;  // all bits if the event has an object, else none
    uint32_t bytes = ~0U;      // of data; of what is no form, more than there can be
    uint8_t time_bits = 0;
    uint8_t head_bytes = 0;  // of time and size
    uint8_t step_bytes = 0;
    Op op = Op::kNone;
  };
  // Where the block has come to.
  struct Place {
    uint64_t time = 0;     // quanta
    uint64_t address = 0;  // of the last object, rounded down to kAddressUnit
  };

  base::Status read_params(const ColumnBytes& columns, EventBlock& block);
  bool read_forms(ValueSource source);
  static bool make_form(uint64_t number, Form& form);
  bool decode_events(base::Bytes control, base::Bytes data, EventBlock& block);
  bool take_rare(Event& event, Place& place);

  std::array<Form, kFormsMax + 1> forms_;
  ValueSource rare_;
};

}  // namespace heapreel::reel
