// What a reader tells besides its calls, as counts: "calls whose return is not in the trace, left out: 2".
#pragma once

#include <fmt/format.h>
#include <string>
#include <vector>

namespace heapreel::importers {

inline void add_remark(std::vector<std::string>& remarks, uint64_t count, std::string_view what) {
  if (count > 0) remarks.push_back(fmt::format("{}: {}", what, count));
}

inline constexpr std::string_view kOtherProcesses =
    "calls of other processes than the first, left out, as a reel holds one";
inline constexpr std::string_view kUnknownResults =
    "calls of posix_memalign that do not tell which block they gave, left out, so that its free is unknown";

}  // namespace heapreel::importers
