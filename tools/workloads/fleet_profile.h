// How a program of a fleet uses its heap: for each size, how many blocks are allocated a second and how many are alive.
//
// The text form is that of google/fleetbench's distributions: a line each of size, rate and live count, with commas.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trace_format/base/result.h"

namespace heapreel::workloads {

struct ProfileRow {
  uint64_t size = 0;
  double births_per_second = 0;
  double live = 0;  // blocks at once, on average
};

struct FleetProfile {
  std::vector<ProfileRow> rows;
};

// `name` is what errors call the text. The first line that is wrong is named by its number.
base::Result<FleetProfile> parse_profile(std::string_view text, std::string_view name);
base::Result<FleetProfile> read_profile(const std::string& path);

}  // namespace heapreel::workloads
