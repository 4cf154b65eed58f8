// An encoder's columns as a decoder may read them: copied, each with the padding that it needs behind it.
#pragma once

#include <array>

#include "trace_format/codec/event_decoder.h"
#include "trace_format/codec/event_encoder.h"
#include "trace_format/codec/plain_encoder.h"

namespace heapreel::tests {

class PaddedColumns {
 public:
  void set(unsigned id, base::Bytes bytes) {
    buffers_[id].assign(bytes.begin(), bytes.end());
    buffers_[id].resize(bytes.size() + reel::kValuePadding);
    columns_[id] = {buffers_[id].data(), bytes.size()};
  }
  const reel::ColumnBytes& all() const { return columns_; }

 private:
  std::array<base::Buffer, reel::kColumnIds> buffers_;
  reel::ColumnBytes columns_{};
};

template <class Encoder>
PaddedColumns columns_of(const Encoder& encoder) {
  PaddedColumns columns;
  for (unsigned id = 0; id < reel::kColumnIds; ++id) columns.set(id, encoder.column(id));
  return columns;
}

}  // namespace heapreel::tests
