// Any columns, taken for those of a plain block and for those of others, give events or an error; and events by number,
// or of a plain block, that came out go in again and come out the same.
//
// Input: (column id u8 | bytes u8 | bytes) ...; a column that comes twice is continued.
#include <algorithm>
#include <cstdlib>

#include "tests/trace_format/columns.h"
#include "trace_format/codec/plain_decoder.h"

namespace {

using namespace heapreel;  // NOLINT: a program of its own

constexpr uint64_t kEventsMax = 5000;  // so that a run is quick

tests::PaddedColumns columns_in(base::Bytes input) {
  std::array<base::Buffer, reel::kColumnIds> buffers;
  while (input.size() >= 2) {
    const size_t bytes = std::min<size_t>(input[1], input.size() - 2);
    base::append(buffers[input[0] % reel::kColumnIds], input.subspan(2, bytes));
    input = input.subspan(2 + bytes);
  }
  tests::PaddedColumns columns;
  for (unsigned id = 0; id < reel::kColumnIds; ++id) columns.set(id, buffers[id]);
  return columns;
}

// What stands at a place of the parameters.
uint64_t declared(const reel::ColumnBytes& columns, int place) {
  reel::ValueSource params(columns[0], columns[1]);
  for (int i = 0; i < place; ++i) (void)params.take();
  return params.take();
}

void expect_same_again(const reel::EventBlock& block) {
  const bool times_fit = std::all_of(block.events.begin(), block.events.end(),
                                     [](const reel::Event& event) { return event.time < uint64_t{1} << 63; });
  if (block.params.naming != reel::Naming::kNumber || block.events.empty() || !times_fit) return;
  reel::EventEncoder encoder({.naming = reel::Naming::kNumber, .durations = reel::Durations::kAll});
  encoder.encode(block.events, block.params.first_object);
  reel::EventBlock again;
  if (!reel::EventDecoder().decode(tests::columns_of(encoder).all(), again)) std::abort();
  if (again.events != block.events) std::abort();
}

void expect_same_again_plain(const reel::EventBlock& block) {
  const bool times_fit = std::all_of(block.events.begin(), block.events.end(),
                                     [](const reel::Event& event) { return event.time < uint64_t{1} << 63; });
  if (block.events.empty() || !times_fit) return;
  reel::PlainEncoder encoder({.durations = reel::Durations::kAll});
  encoder.encode(block.events);
  reel::EventBlock again;
  if (!reel::PlainDecoder().decode(tests::columns_of(encoder).all(), again)) std::abort();
  if (again.events != block.events) std::abort();
}

template <class Decoder, class Check>
void decode(const tests::PaddedColumns& columns, Check expect_same) {
  static Decoder decoder;
  static reel::EventBlock block;
  const auto status = decoder.decode(columns.all(), block);
  if (!status && status.error().why.empty()) std::abort();
  if (status) expect_same(block);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const tests::PaddedColumns columns = columns_in({data, size});
  if (declared(columns.all(), 4) <= kEventsMax) decode<reel::EventDecoder>(columns, expect_same_again);
  if (declared(columns.all(), 0) <= kEventsMax) decode<reel::PlainDecoder>(columns, expect_same_again_plain);
  return 0;
}
