// A results.json less what the page does not show.
//
// What stays, stays under its name and unchanged, except timelines: they become columns (`t_ns`, `rss_bytes`, ...) of
// the points that stay, and points of latency curves are rounded to 0.1 ns. Rounds' samples, latencies by size class
// and whatever else no section shows are left out.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

namespace heapreel::report {

using Json = nlohmann::ordered_json;

// How much of what grows with the run is shown, for each allocator.
struct Detail {
  size_t timeline_points = 0;
  size_t curve_points = 0;
  size_t slowest_calls = 0;
};

Json slim_results(const Json& results, const Detail& detail);

}  // namespace heapreel::report
