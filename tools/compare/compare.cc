// The functions of compare.h.
#include "tools/compare/compare.h"

#include <algorithm>
#include <fmt/format.h>
#include <random>

#include "replayer/lab/figures.h"

namespace heapreel::compare {
namespace {

using lab::AllocatorResult;
using lab::Results;

constexpr uint64_t kSeed = 1;  // the same two files give the same answer
constexpr size_t kResamples = 4000;

const AllocatorResult* named(const Results& results, const std::string& name) {
  const auto found = std::ranges::find(results.allocators, name, &AllocatorResult::name);
  return found == results.allocators.end() || found->failed() ? nullptr : &*found;
}

std::vector<double> tail_samples(const AllocatorResult& it) {
  const lab::CallLatency* slow = lab::tail_call(it.latency);
  if (slow == nullptr) return {};
  return slow->p999_samples.empty() ? std::vector<double>{slow->ns[lab::kP999]} : slow->p999_samples;
}

std::vector<double> samples_of(const AllocatorResult& it, const MetricSpec& metric) {
  if (metric.kind == Kind::kTail) return tail_samples(it);
  const auto found = it.metrics.find(metric.field);
  return found == it.metrics.end() ? std::vector<double>() : found->second.samples;
}

double claimable_of(Kind kind, const Results& base, const Results& next) {
  if (kind == Kind::kTime) return std::max(base.aa.claimable, next.aa.claimable);
  return kind == Kind::kTail ? lab::kTailClaimable : lab::kMemoryClaimable;
}

bool same_machine(const lab::MachineFacts& a, const lab::MachineFacts& b) {
  return a.cpu == b.cpu && a.cores == b.cores && a.page_bytes == b.page_bytes;
}

std::optional<Change> change_of(const MetricSpec& metric, const AllocatorResult& base, const AllocatorResult& next,
                                double claimable) {
  const std::vector<double> before = samples_of(base, metric), after = samples_of(next, metric);
  if (before.empty() || after.empty()) return std::nullopt;
  Change change{.allocator = base.name, .metric = &metric, .base = lab::median(before), .next = lab::median(after)};
  if (change.base == 0) return change;
  change.ratio = ratio_of_medians(after, before, kSeed);
  if (std::min(before.size(), after.size()) >= lab::kRoundsToClaim)
    change.tie = !lab::differs(*change.ratio, claimable);
  return change;
}

void add_notes(const Results& base, const Results& next, Comparison& comparison) {
  const auto differ = [&comparison](const char* what, const std::string& a, const std::string& b) {
    if (a != b) comparison.notes.push_back(fmt::format("{} differ: {} and {}", what, a, b));
  };
  differ("orders of replay", base.config.order, next.config.order);
  differ("paces of the memory pass", base.config.memory_pace, next.config.memory_pace);
  differ("ways of touching", base.config.touch, next.config.touch);
  differ("places where the replay stopped", fmt::format("op {}", base.config.stop_at_seq),
         fmt::format("op {}", next.config.stop_at_seq));
  if (base.reel.id != next.reel.id)
    comparison.notes.push_back(
        fmt::format("the reels differ: {} and {} calls", lab::calls_of(base.reel.plan), lab::calls_of(next.reel.plan)));
  if (!base.gates_hold() || !next.gates_hold())
    comparison.notes.push_back(fmt::format("the {} replay did not keep to the record", base.gates_hold() ? "new"
                                                                                       : next.gates_hold()
                                                                                           ? "base"
                                                                                           : "base and the new"));
}

}  // namespace

const std::vector<MetricSpec>& metrics() {
  static const std::vector<MetricSpec> all = {
      {"ns_per_op", "ns_per_op", Kind::kTime, false, "processor time of a call"},
      {"ops_per_s", "ops_per_s", Kind::kTime, true, "calls by wall time"},
      {"cpu_s", "cpu_s", Kind::kTime, false, "processor time of a replay"},
      {"latency_p999", "", Kind::kTail, false, "p99.9 of the busiest calls"},
      {"rss_peak", "rss_peak_bytes", Kind::kMemory, false, "the most resident memory"},
      {"rss_mean", "rss_mean_bytes", Kind::kMemory, false, "resident memory on average"},
      {"rss_end", "rss_end_bytes", Kind::kMemory, false, "resident memory at the end"},
      {"fragmentation_peak", "fragmentation_peak", Kind::kMemory, false, "peak RSS by the most that was live"},
      {"minor_faults", "minor_faults", Kind::kCount, false, "page faults of a run"}};
  return all;
}

const Change* Comparison::find(const std::string& allocator, const std::string& metric) const {
  const auto found = std::ranges::find_if(
      changes, [&](const Change& it) { return it.allocator == allocator && metric == it.metric->id; });
  return found == changes.end() ? nullptr : &*found;
}

lab::Estimate ratio_of_medians(const std::vector<double>& next, const std::vector<double>& base, uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto resampled = [&random](const std::vector<double>& values) {
    std::vector<double> sample(values.size());
    for (double& one : sample) one = values[random() % values.size()];
    return lab::median(std::move(sample));
  };
  std::vector<double> ratios;
  for (size_t i = 0; i < kResamples; ++i) {
    const double below = resampled(base);
    if (below != 0) ratios.push_back(resampled(next) / below);
  }
  const double below = lab::median(base);
  return {.median = below == 0 ? 0 : lab::median(next) / below,
          .low = lab::quantile(ratios, 0.025),
          .high = lab::quantile(ratios, 0.975)};
}

Comparison compare(const Side& base, const Side& next, bool across_machines) {
  Comparison comparison{.base_name = base.name,
                        .next_name = next.name,
                        .base_reel = base.results->reel.path,
                        .next_reel = next.results->reel.path,
                        .same_machine = same_machine(base.results->machine, next.results->machine)};
  comparison.times_left_out = !comparison.same_machine && !across_machines;
  add_notes(*base.results, *next.results, comparison);
  for (const AllocatorResult& row : base.results->allocators) {
    const AllocatorResult* other = named(*next.results, row.name);
    if (other == nullptr && !row.failed()) comparison.gone.push_back(row.name);
    if (other == nullptr || row.failed()) continue;
    for (const MetricSpec& metric : metrics()) {
      if (comparison.times_left_out && (metric.kind == Kind::kTime || metric.kind == Kind::kTail)) continue;
      if (auto change = change_of(metric, row, *other, claimable_of(metric.kind, *base.results, *next.results)))
        comparison.changes.push_back(std::move(*change));
    }
  }
  for (const AllocatorResult& row : next.results->allocators)
    if (!row.failed() && named(*base.results, row.name) == nullptr) comparison.added.push_back(row.name);
  return comparison;
}

}  // namespace heapreel::compare
