// Adding histograms and reading quantiles.
#include "replayer/lab/latency.h"

#include <algorithm>

#include "replayer/lab/statistics.h"

namespace heapreel::lab {
namespace {

using measure::Histogram;

constexpr double kCallsBeyond = 10;
// A value within this of null's is the timer's: the buckets are 1/32 wide, and so may both be.
constexpr double kNullBand = 1.07;

void add(Histogram& to, const Histogram& from) {
  for (size_t i = 0; i < measure::kBuckets; ++i) to.count[i] += from.count[i];
  to.max_ticks = std::max(to.max_ticks, from.max_ticks);
}

double ns_of(uint64_t ticks, uint64_t ticks_per_second) {
  return static_cast<double>(ticks) * 1e9 / static_cast<double>(ticks_per_second);
}

CallLatency read(const Histogram& histogram, uint64_t ticks_per_second) {
  CallLatency latency{.count = count_of(histogram)};
  for (size_t i = 0; i < kQuantiles; ++i)
    latency.ns[i] = ns_of(quantile_ticks(histogram, kQuantileOf[i]), ticks_per_second);
  latency.max_ns = ns_of(histogram.max_ticks, ticks_per_second);
  return latency;
}

bool same_calls(const CallLatency& a, const CallLatency& b) {
  return a.call == b.call && a.size_class == b.size_class && a.remote == b.remote;
}

const CallLatency* find(const std::vector<CallLatency>& list, const CallLatency& like) {
  const auto found = std::ranges::find_if(list, [&like](const CallLatency& it) { return same_calls(it, like); });
  return found == list.end() ? nullptr : &*found;
}

using Rows = std::vector<CallLatency> LatencyTable::*;

std::vector<CallLatency> medians(const std::vector<LatencyTable>& runs, const LatencyTable* null, Rows rows) {
  std::vector<CallLatency> result = runs.front().*rows;
  for (CallLatency& row : result) {
    std::array<std::vector<double>, kQuantiles + 1> values;
    for (const LatencyTable& run : runs) {
      const CallLatency* same = find(run.*rows, row);
      if (same == nullptr) continue;
      for (size_t i = 0; i < kQuantiles; ++i) values[i].push_back(same->ns[i]);
      values[kQuantiles].push_back(same->max_ns);
    }
    const CallLatency* floor = null == nullptr ? nullptr : find(null->*rows, row);
    row.p999_samples = values[kP999];
    for (size_t i = 0; i < kQuantiles; ++i) {
      row.ns[i] = median(values[i]);
      const bool enough = static_cast<double>(row.count) * (1 - kQuantileOf[i]) >= kCallsBeyond;
      row.resolved[i] = enough && (floor == nullptr || row.ns[i] > floor->ns[i] * kNullBand);
    }
    row.max_ns = median(values[kQuantiles]);
  }
  return result;
}

}  // namespace

const char* group_name(measure::CallGroup group) {
  constexpr std::array<const char*, measure::kCallGroups> kNames = {"malloc", "calloc", "realloc", "aligned",
                                                                    "new",    "free",   "delete",  "usable_size"};
  return kNames[static_cast<size_t>(group)];
}

const CallLatency* tail_call(const std::vector<CallLatency>& by_group) {
  const CallLatency *birth = nullptr, *death = nullptr;
  for (const CallLatency& row : by_group) {
    if (row.call == "usable_size") continue;
    const CallLatency*& most = row.call == "free" || row.call == "delete" ? death : birth;
    if (most == nullptr || row.count > most->count) most = &row;
  }
  if (birth == nullptr || death == nullptr) return birth == nullptr ? death : birth;
  return death->ns[kP999] > birth->ns[kP999] ? death : birth;
}

std::vector<Histogram> added_up(std::span<const Histogram> sets) {
  std::vector<Histogram> sums(measure::kHistograms);
  for (size_t i = 0; i < sets.size(); ++i) add(sums[i % measure::kHistograms], sets[i]);
  return sums;
}

uint64_t count_of(const Histogram& histogram) {
  uint64_t count = 0;
  for (const uint64_t one : histogram.count) count += one;
  return count;
}

uint64_t quantile_ticks(const Histogram& histogram, double quantile) {
  const uint64_t count = count_of(histogram);
  if (count == 0) return 0;
  // The calls that are allowed beyond it, rounded down: p99 of 100 calls is the 99th.
  const auto beyond = static_cast<uint64_t>(static_cast<double>(count) * (1 - quantile) + 1e-9);
  const uint64_t rank = std::max<uint64_t>(count - beyond, 1);
  uint64_t seen = 0;
  for (uint32_t bucket = 0; bucket < measure::kBuckets; ++bucket) {
    seen += histogram.count[bucket];
    if (seen >= rank) return measure::bucket_low(bucket);
  }
  return histogram.max_ticks;
}

LatencyTable latency_of(const std::vector<Histogram>& sums, uint64_t ticks_per_second) {
  LatencyTable table;
  for (size_t group = 0; group < measure::kCallGroups; ++group) {
    Histogram whole{};
    const char* name = group_name(static_cast<measure::CallGroup>(group));
    for (uint32_t size_class = 0; size_class < measure::kSizeClasses; ++size_class)
      for (const bool remote : {false, true}) {
        const auto& one = sums[measure::histogram_index(static_cast<measure::CallGroup>(group), size_class, remote)];
        CallLatency row = read(one, ticks_per_second);
        if (row.count == 0) continue;
        add(whole, one);
        row.call = name;
        row.size_class = static_cast<int>(size_class);
        row.remote = remote ? 1 : 0;
        table.by_class.push_back(std::move(row));
      }
    CallLatency row = read(whole, ticks_per_second);
    if (row.count == 0) continue;
    row.call = name;
    table.by_group.push_back(std::move(row));
    table.curves.push_back(latency_curve(name, whole, ticks_per_second));
  }
  return table;
}

LatencyTable median_latency(const std::vector<LatencyTable>& runs, const LatencyTable* null) {
  if (runs.empty()) return {};
  std::vector<std::vector<LatencyCurve>> curves;
  for (const LatencyTable& run : runs) curves.push_back(run.curves);
  return {.by_group = medians(runs, null, &LatencyTable::by_group),
          .by_class = medians(runs, null, &LatencyTable::by_class),
          .curves = median_curves(curves)};
}

}  // namespace heapreel::lab
