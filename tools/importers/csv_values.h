// The words in the fields of a CSV trace: kinds of calls, flags, times.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "trace_format/event/op.h"

namespace heapreel::importers {

// The call that a word means: a name as `dump` prints it, or what other tools call it. kNone if it means none.
reel::Op parse_csv_op(std::string_view word);

// "failed", "moved|runtime", or nothing. False if a word is no flag.
bool parse_csv_flags(std::string_view text, uint8_t& flags);

// "12", "12.5" in the given unit, or "12.5ms", which says its own, as nanoseconds; what is finer is cut off. Nothing if
// it is none, says no unit where it must, or does not fit.
std::optional<uint64_t> parse_time_ns(std::string_view text, uint64_t unit_ns);

}  // namespace heapreel::importers
