// From an allocator's measurements to the cells of its row.
#include "tools/verdict/rows.h"

#include <algorithm>

namespace heapreel::verdict {
namespace {

using lab::AllocatorResult;

using lab::kP999;
constexpr size_t kCurvePoints = 64;
constexpr uint64_t kSeed = 1;  // of intervals: the same results give the same verdict

Cell measured(const lab::Metric& metric) {
  Cell cell{.value = metric.estimate.median};
  if (metric.samples.size() < 2) return cell;
  cell.low = metric.estimate.low;
  cell.high = metric.estimate.high;
  return cell;
}

void add_metric(const AllocatorResult& it, const char* id, const char* metric, Row& row) {
  if (const auto found = it.metrics.find(metric); found != it.metrics.end()) row.cells[id] = measured(found->second);
}

void compare(Cell& cell, const lab::Comparison& comparison, size_t rounds, bool reference) {
  if (reference) return;
  cell.ratio = comparison.ratio;
  if (rounds >= lab::kRoundsToClaim) cell.tie = comparison.tie;
}

void add_memory(const AllocatorResult& it, Row& row) {
  for (const char* id : {"rss_peak_bytes", "rss_mean_bytes"}) {
    add_metric(it, id, id, row);
    const auto found = it.memory_to_reference.find(id);
    if (found == it.memory_to_reference.end() || row.cell(id) == nullptr) continue;
    compare(row.cells[id], found->second, it.metrics.at(id).samples.size(), row.reference);
  }
  add_metric(it, "rss_to_live", "fragmentation_peak", row);
}

Cell of_rounds(double value, const std::vector<double>& rounds) {
  Cell cell{.value = value};
  if (rounds.size() < 2) return cell;
  cell.low = std::ranges::min(rounds);
  cell.high = std::ranges::max(rounds);
  return cell;
}

void add_tail(const AllocatorResult& it, Row& row) {
  const lab::CallLatency* slow = lab::tail_call(it.latency);
  if (slow == nullptr) return;
  row.cells["latency_p999_ns"] = of_rounds(slow->ns[kP999], slow->p999_samples);
  row.cells["latency_p999_ns"].resolved = slow->resolved[kP999];
  row.cells["latency_max_ns"] = {.value = slow->max_ns};
}

std::vector<lab::TimelinePoint> few_of(const std::vector<lab::TimelinePoint>& timeline) {
  if (timeline.size() <= kCurvePoints) return timeline;
  std::vector<lab::TimelinePoint> few(kCurvePoints);
  const uint64_t end = std::max<uint64_t>(timeline.back().t_ns, 1);
  for (size_t i = 0; i < kCurvePoints; ++i) few[i].t_ns = end * i / (kCurvePoints - 1);
  for (const lab::TimelinePoint& point : timeline) {
    lab::TimelinePoint& into = few[static_cast<size_t>(static_cast<double>(point.t_ns) / static_cast<double>(end) *
                                                       static_cast<double>(kCurvePoints - 1))];
    into.rss_bytes = std::max(into.rss_bytes, point.rss_bytes);
    into.live_bytes = std::max(into.live_bytes, point.live_bytes);
  }
  for (size_t i = 1; i < kCurvePoints; ++i)  // stretches without a point keep what was
    if (few[i].rss_bytes == 0) few[i].rss_bytes = few[i - 1].rss_bytes, few[i].live_bytes = few[i - 1].live_bytes;
  return few;
}

}  // namespace

const std::vector<Column>& columns() {
  static const std::vector<Column> all = {
      {"ns_per_op_net", "net ns/call", Unit::kNs, "processor time of a call, without the harness's own"},
      {"latency_p999_ns", "p99.9", Unit::kNs,
       "of the busiest call that allocates and the busiest that frees, the slower"},
      {"latency_max_ns", "max", Unit::kNs, "the slowest of that call"},
      {"rss_peak_bytes", "peak RSS", Unit::kBytes, "the most resident anonymous memory"},
      {"rss_mean_bytes", "mean RSS", Unit::kBytes, "the same over recorded time, on average"},
      {"rss_to_live", "RSS/live", Unit::kRatio, "peak RSS by the most that the program had allocated"},
      {"minor_faults", "faults", Unit::kCount, "page faults of a run"}};
  return all;
}

namespace {

// Claimed is what the whole call's time allows, harness included; shown is the ratio of what the allocators took.
void add_time(const AllocatorResult& it, const AllocatorResult& reference, Row& row) {
  add_metric(it, "ns_per_op_net", "ns_per_op_net", row);
  const auto base = reference.metrics.find("ns_per_op_net");
  if (row.cell("ns_per_op_net") == nullptr || base == reference.metrics.end() || row.reference) return;
  const std::vector<double> ratios = lab::paired_ratios(it.metrics.at("ns_per_op_net").samples, base->second.samples);
  Cell& cell = row.cells["ns_per_op_net"];
  compare(cell, it.ns_per_op_to_reference, ratios.size(), false);
  if (base->second.estimate.median > 0) cell.ratio = lab::estimate(ratios, kSeed);
}

}  // namespace

Row row_of(const AllocatorResult& it, const AllocatorResult& reference) {
  Row row{.name = it.name, .reference = it.name == reference.name, .failure = it.failure};
  if (it.failed()) return row;
  add_time(it, reference, row);
  add_tail(it, row);
  add_memory(it, row);
  add_metric(it, "minor_faults", "minor_faults", row);
  for (const auto& [id, figure] : it.predicted) row.forecast[id] = {.figure = figure};
  row.curve = few_of(it.timeline);
  return row;
}

void compare_tails(std::vector<Row>& rows) {
  const auto reference = std::ranges::find_if(rows, [](const Row& row) { return row.reference; });
  const Cell* base = reference == rows.end() ? nullptr : reference->cell("latency_p999_ns");
  if (base == nullptr || base->value <= 0) return;
  for (Row& row : rows) {
    if (row.reference || row.cell("latency_p999_ns") == nullptr) continue;
    Cell& cell = row.cells["latency_p999_ns"];
    cell.ratio =
        lab::Estimate{.median = cell.value / base->value,
                      .low = cell.low.value_or(cell.value) / base->high.value_or(base->value),
                      .high = cell.high.value_or(cell.value) / std::max(base->low.value_or(base->value), 1e-9)};
    if (!cell.low || !base->low) continue;
    cell.tie = !lab::differs(*cell.ratio, lab::kTailClaimable);
    if (!cell.resolved && !base->resolved) cell.tie = true;
  }
}

void compare_forecasts(std::vector<Row>& rows) {
  const auto reference = std::ranges::find_if(rows, [](const Row& row) { return row.reference; });
  if (reference == rows.end()) return;
  for (Row& row : rows)
    for (auto& [id, forecast] : row.forecast) {
      const auto other = reference->forecast.find(id);
      const lab::Predicted nothing{};  // the change of processor time against itself
      forecast.tie =
          !row.reference && forecast.figure.meets(other == reference->forecast.end() ? nothing : other->second.figure);
    }
}

}  // namespace heapreel::verdict
