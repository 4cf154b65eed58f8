// Results of allocators whose figures a test chooses.
#pragma once

#include "replayer/lab/results.h"

namespace heapreel::verdict {

// Samples around `value`, `spread` of it to either side; some rounds high and some low, the same ones for each row.
inline std::vector<double> samples(double value, double spread, size_t rounds = 10) {
  std::vector<double> list;
  for (size_t i = 0; i < rounds; ++i) list.push_back(value * (1 + spread * (i % 2 == 0 ? 1 : -1)));
  return list;
}

inline lab::Metric metric(std::vector<double> values) {
  return {.estimate = lab::estimate(values, 1), .samples = values};
}

struct Made {
  const char* name;
  double ns = 20;  // per call, net
  double peak_mib = 100;
  double p999_ns = 1000;
  double against_ns = 1;  // ratio to the reference, and half of its interval's width
  double against_ns_width = 0.01;
  double against_peak = 1;
  double width = 0.001;
};

inline lab::Comparison against(double ratio, double width, double claimable) {
  const lab::Estimate estimate{.median = ratio, .low = ratio - width, .high = ratio + width};
  return {.ratio = estimate, .tie = !lab::differs(estimate, claimable)};
}

inline lab::AllocatorResult made_row(const Made& made, double claimable) {
  lab::AllocatorResult row{.name = made.name, .library = std::string("/usr/lib/lib") + made.name + ".so.2"};
  row.metrics["ns_per_op"] = metric(samples(made.ns + 5, 0.01));
  row.metrics["ns_per_op_net"] = metric(samples(made.ns, 0.01));
  row.metrics["rss_peak_bytes"] = metric(samples(made.peak_mib * 1048576, 0.0005, 5));
  row.metrics["rss_mean_bytes"] = metric(samples(made.peak_mib * 800000, 0.0005, 5));
  row.metrics["fragmentation_peak"] = metric(samples(1.25, 0, 5));
  row.metrics["minor_faults"] = metric(samples(1000, 0));
  row.ns_per_op_to_reference = against(made.against_ns, made.against_ns_width, claimable);
  row.memory_to_reference["rss_peak_bytes"] = against(made.against_peak, made.width, lab::kMemoryClaimable);
  row.memory_to_reference["rss_mean_bytes"] = against(made.against_peak, made.width, lab::kMemoryClaimable);
  lab::CallLatency malloc{.call = "malloc", .count = 1'000'000, .max_ns = 5000};
  malloc.ns = {10, 20, 100, made.p999_ns, 3000};
  malloc.resolved.fill(true);
  malloc.p999_samples = {made.p999_ns * 0.98, made.p999_ns, made.p999_ns * 1.02};
  row.latency = {malloc};
  row.timeline = {
      {.t_ns = 0, .op = 0, .rss_bytes = 1'000'000, .live_bytes = 500'000},
      {.t_ns = 1000, .op = 9, .rss_bytes = static_cast<uint64_t>(made.peak_mib * 1048576), .live_bytes = 900'000}};
  return row;
}

// The first row is the reference.
inline lab::Results made_results(const std::vector<Made>& rows, double claimable = 0.05) {
  lab::Results results;
  results.reel.path = "app.reel";
  results.reel.plan.ops = 1'000'000;
  results.reel.plan.threads_alive_max = 1;
  results.machine.cores = 2;
  results.machine.has_hardware_counters = true;
  results.config.rounds = 10;
  results.config.memory_rounds = 5;
  results.config.latency_rounds = 3;
  results.config.reference = rows.front().name;
  results.program.emplace();
  results.program->timeline = {{.t_ns = 0, .rss_bytes = 1'000'000, .non_malloc_bytes = {}}};
  results.aa = {.ratio = {1, 1 - claimable, 1 + claimable}, .claimable = claimable};
  for (const Made& row : rows) results.allocators.push_back(made_row(row, claimable));
  return results;
}

}  // namespace heapreel::verdict
