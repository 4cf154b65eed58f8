// From the figures of rounds to medians, intervals and comparisons.
#include <algorithm>

#include "replayer/lab/rows.h"

namespace heapreel::lab {
namespace {

Metric metric_of(std::vector<double> samples, uint64_t seed) {
  Metric metric{.estimate = estimate(samples, seed)};
  metric.samples = std::move(samples);
  return metric;
}

Comparison compare(const std::vector<double>& values, const std::vector<double>& reference, double claimable,
                   uint64_t seed) {
  const std::vector<double> ratios = paired_ratios(values, reference);
  Comparison comparison{.ratio = estimate(ratios, seed), .drift = spearman_drift(ratios)};
  comparison.tie = ratios.size() < kRoundsToClaim || !differs(comparison.ratio, claimable);
  comparison.drifts = drift_is_significant(comparison.drift, ratios.size());
  return comparison;
}

// Net of the harness, round by round.
std::vector<double> net_of(const std::vector<double>& gross, const std::vector<double>& null) {
  std::vector<double> net;
  for (size_t i = 0; i < std::min(gross.size(), null.size()); ++i) net.push_back(gross[i] - null[i]);
  return net;
}

void add_time(Row& row, const std::vector<double>& null, uint64_t seed) {
  if (row.time.empty()) return;
  for (const auto& [name, value] : row.time.front()) row.result.metrics[name] = metric_of(row.of(name), seed);
  if (row.role != Role::kNull) row.result.metrics["ns_per_op_net"] = metric_of(net_of(row.of("ns_per_op"), null), seed);
  row.result.wait_share = median(row.wait_shares);
}

void add_memory(Row& row, uint64_t seed) {
  if (row.memory.empty()) return;
  for (const auto& [name, value] : row.memory.front().figures) {
    std::vector<double> samples;
    for (const MemoryFigures& run : row.memory) samples.push_back(run.figures.at(name));
    row.result.metrics[name] = metric_of(std::move(samples), seed);
  }
  // The curve of the run whose peak is in the middle.
  std::vector<const MemoryFigures*> by_peak;
  for (const MemoryFigures& run : row.memory) by_peak.push_back(&run);
  std::ranges::sort(by_peak, {}, [](const MemoryFigures* run) { return run->figures.at("rss_peak_bytes"); });
  row.result.timeline = by_peak[(by_peak.size() - 1) / 2]->timeline;
}

void add_latency(Row& row, const Row* null) {
  LatencyTable floor;
  if (null != nullptr && !null->latency.empty()) floor = median_latency(null->latency, nullptr);
  LatencyTable table = median_latency(row.latency, null == nullptr || null == &row ? nullptr : &floor);
  row.result.latency = std::move(table.by_group);
  row.result.latency_detail = std::move(table.by_class);
  row.result.latency_curves = std::move(table.curves);
}

// Runs of the memory pass have a round each; what is below `kMemoryClaimable` is not worth a claim.
void compare_memory(Row& row, const Row& reference, uint64_t seed) {
  for (const char* name : {"rss_peak_bytes", "rss_mean_bytes"}) {
    std::vector<double> own, others;
    for (const MemoryFigures& run : row.memory) own.push_back(run.figures.at(name));
    for (const MemoryFigures& run : reference.memory) others.push_back(run.figures.at(name));
    if (!own.empty() && !others.empty())
      row.result.memory_to_reference[name] = compare(own, others, kMemoryClaimable, seed);
  }
}

void compare_with_reference(Row& row, Row& reference, double claimable, uint64_t seed) {
  row.result.ns_per_op_to_reference = compare(row.of("ns_per_op"), reference.of("ns_per_op"), claimable, seed);
  row.result.ops_per_s_to_reference = compare(row.of("ops_per_s"), reference.of("ops_per_s"), claimable, seed);
  compare_memory(row, reference, seed);
}

}  // namespace

void summarize(Rows& rows, uint64_t seed, Results& results) {
  Row* null = rows.first(Role::kNull);
  Row* duplicate = rows.first(Role::kDuplicate);
  const std::vector<double> harness = null == nullptr ? std::vector<double>() : null->of("ns_per_op");
  Row& reference = rows.reference_row();
  const auto against_itself = paired_ratios(duplicate->of("ns_per_op"), reference.of("ns_per_op"));
  results.aa.ratio = estimate(against_itself, seed);
  results.aa.claimable = against_itself.empty() ? 1 : claimable(results.aa.ratio);
  for (Row& row : rows.rows) {
    if (row.role == Role::kDuplicate) continue;
    add_time(row, harness, seed);
    add_memory(row, seed);
    add_latency(row, null);
    compare_with_reference(row, reference, results.aa.claimable, seed);
    if (row.role == Role::kNull) results.null = row.result;
    if (row.role == Role::kCandidate) results.allocators.push_back(row.result);
    if (row.role == Role::kBound) results.references.push_back(row.result);
  }
  results.config.reference = reference.result.name;
}

}  // namespace heapreel::lab
