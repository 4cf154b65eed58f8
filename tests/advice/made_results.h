// Results of a replay in which nothing stands out: glibc, which the program runs on, and jemalloc, alike in all. Each
// test changes what its rule looks at.
#pragma once

#include "replayer/lab/results.h"

namespace heapreel::tests {

inline constexpr double kMega = 1 << 20;

inline void set(lab::AllocatorResult& row, const std::string& name, double value) {
  row.metrics[name] = {.estimate = {value, value, value}, .samples = {value}};
}

inline lab::AllocatorResult made_row(const std::string& name) {
  lab::AllocatorResult row{.name = name, .version = name + " 1.0"};
  for (const auto& [metric, value] : std::map<std::string, double>{{"ns_per_op", 40},
                                                                   {"ns_per_op_net", 30},
                                                                   {"ops_per_s", 1e7},
                                                                   {"wall_s", 1},
                                                                   {"system_s", 0.1},
                                                                   {"minor_faults", 10'000},
                                                                   {"rss_base_bytes", 0},
                                                                   {"rss_end_bytes", 50 * kMega},
                                                                   {"voluntary_switches", 0},
                                                                   {"rss_peak_bytes", 100 * kMega},
                                                                   {"rss_mean_bytes", 80 * kMega}})
    set(row, metric, value);
  return row;
}

// `row` takes `ratio` of the reference's, and that can be claimed unless it is a tie.
inline void set_ratio(lab::Comparison& comparison, double ratio, bool tie = false) {
  comparison = {.ratio = {ratio, ratio - 0.01, ratio + 0.01}, .tie = tie};
}

inline lab::Results made_results() {
  lab::Results results;
  results.reel = {.path = "a.reel", .events = 10'000'000, .threads = 4, .duration_ns = 10'000'000'000};
  results.reel.allocator = "glibc";
  results.reel.plan.threads_alive_max = 4;
  results.reel.plan.live_peak_bytes = static_cast<uint64_t>(95 * kMega);
  results.reel.plan.live_peak_time_ns = 2'000'000'000;
  results.reel.plan.live_end_bytes = static_cast<uint64_t>(49 * kMega);
  results.config.reference = "glibc";
  results.null = made_row("null");
  results.allocators = {made_row("glibc"), made_row("jemalloc")};
  for (lab::AllocatorResult& row : results.allocators)
    for (uint64_t i = 0; i <= 100; ++i)
      row.timeline.push_back({.t_ns = i * 100'000'000,
                              .rss_bytes = static_cast<uint64_t>((i <= 20 ? 100 : 50) * kMega),
                              .live_bytes = static_cast<uint64_t>((i <= 20 ? 95 : 47) * kMega)});
  reel::Portrait portrait{.duration_ns = 10'000'000'000, .rate_bin_ns = 100'000'000, .rate_bins = 100};
  portrait.sizes = {{64, 1'000'000, 48'000'000, 0}, {1024, 1'000'000, 900'000'000, 0}};
  portrait.threads = {{.thread = 0, .births = 1'000'000, .frees = 1'000'000},
                      {.thread = 1, .births = 1'000'000, .frees = 1'000'000}};
  portrait.never_freed.objects_by_birth.resize(100);
  portrait.never_freed.bytes_by_birth.resize(100);
  portrait.calls = {{"free", 2'000'000}, {"malloc", 2'000'000}};
  results.workload = portrait;
  return results;
}

}  // namespace heapreel::tests
