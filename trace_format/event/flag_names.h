// The names of an event's flags, as `dump` and exports print them and imports read them.
#pragma once

#include <array>
#include <string_view>

#include "trace_format/event/op.h"

namespace heapreel::reel {

// By bit.
inline constexpr std::array<std::string_view, 7> kFlagNames = {"failed",  "moved",   "null_old", "no_result",
                                                               "runtime", "unknown", "implied"};
static_assert((1U << kFlagNames.size()) - 1 == kFlagMask);

}  // namespace heapreel::reel
