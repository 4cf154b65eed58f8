// The decoding of wl_stream.h.
#include "tools/importers/wl_stream.h"

#include <algorithm>

#include "tools/importers/frame/trace_reader.h"

namespace heapreel::importers {

unsigned wl_numbers(WlCode code) {
  constexpr std::array<uint8_t, kWlCodes> kNumbers = {0, 0, 2, 2, 3, 1, 1, 1, 1, 1, 1, 1, 3, 2, 2, 3};
  return kNumbers[static_cast<uint8_t>(code)];
}

tl::unexpected<base::Error> WlStream::damaged(std::string why) const {
  return base::fail({.code = base::ErrorCode::kBadInput,
                     .what = std::string(kCannotImport),
                     .why = std::move(why),
                     .hint = "the workload is damaged or cut off: make it again with trace2wl",
                     .offset = offset()});
}

base::Result<uint8_t> WlStream::next_byte() {
  if (at_ == held_) {
    window_.resize(std::min<uint64_t>(kWindowBytes, end_ - next_));
    const auto got = base::read_at(*fd_, next_, window_, *path_);
    if (!got) return base::fail(got.error());
    at_ = 0;
    held_ = *got;
    next_ += *got;
    if (held_ == 0) return damaged("a thread's stream has no end");
  }
  return window_[at_++];
}

base::Result<uint64_t> WlStream::next_number() {
  uint64_t value = 0;
  for (;;) {
    const auto byte = next_byte();
    if (!byte) return base::fail(byte.error());
    if (value >> 57 != 0) return damaged("a number does not fit 64 bits");
    value = value << 7 | (*byte & 0x7FU);
    if ((*byte & 0x80U) == 0) return value;
  }
}

base::Result<WlOp> WlStream::next() {
  const auto code = next_byte();
  if (!code) return base::fail(code.error());
  if (*code >= kWlCodes) return damaged("no such opcode is known");
  WlOp op{.code = static_cast<WlCode>(*code)};
  for (unsigned i = 0; i < wl_numbers(op.code); ++i) {
    const auto number = next_number();
    if (!number) return base::fail(number.error());
    op.numbers[i] = *number;
  }
  return op;
}

}  // namespace heapreel::importers
