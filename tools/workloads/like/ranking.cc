// The judgement of ranking.h.
#include "tools/workloads/like/ranking.h"

#include <algorithm>
#include <fmt/format.h>

namespace heapreel::like {
namespace {

constexpr size_t kRoundsToClaim = 3;
constexpr const char* kNetTime = "ns_per_op_net";
constexpr const char* kTime = "ns_per_op";
constexpr const char* kMemory = "rss_peak_bytes";

const lab::Metric* metric_of(const lab::AllocatorResult& allocator, const std::string& name) {
  const auto found = allocator.metrics.find(name);
  return found == allocator.metrics.end() || found->second.samples.size() < kRoundsToClaim ? nullptr : &found->second;
}

// Rounds of the two are paired: what troubled the machine in one troubled both.
lab::Estimate ratio_of(const lab::Metric& first, const lab::Metric& second, uint64_t seed) {
  return lab::estimate(lab::paired_ratios(first.samples, second.samples), seed);
}

Ahead ahead(const lab::Estimate& ratio, double least) {
  if (ratio.high < 1 - least) return Ahead::kFirst;
  return ratio.low > 1 + least ? Ahead::kSecond : Ahead::kTie;
}

bool meet(const lab::Estimate& a, const lab::Estimate& b) { return a.low <= b.high && b.low <= a.high; }

bool holds(const PairVerdict& pair, double much) {
  if (pair.original_ahead == pair.clone_ahead) return true;
  if (pair.original_ahead != Ahead::kTie && pair.clone_ahead != Ahead::kTie) return false;
  const lab::Estimate& differing = pair.original_ahead != Ahead::kTie ? pair.original : pair.clone;
  return ahead(differing, much) == Ahead::kTie || meet(pair.original, pair.clone);
}

const lab::AllocatorResult* find(const lab::Results& results, const std::string& name) {
  const auto found = std::ranges::find(results.allocators, name, &lab::AllocatorResult::name);
  return found == results.allocators.end() || found->failed() ? nullptr : &*found;
}

bool all_above_zero(const lab::Results& results, const char* metric) {
  return std::ranges::all_of(results.allocators, [metric](const lab::AllocatorResult& allocator) {
    const lab::Metric* found = metric_of(allocator, metric);
    return found == nullptr || std::ranges::all_of(found->samples, [](double sample) { return sample > 0; });
  });
}

// Net of the harness, unless waits make that a difference of noise: then no ratio of it means anything.
const char* time_metric(const lab::Results& original, const lab::Results& clone) {
  return all_above_zero(original, kNetTime) && all_above_zero(clone, kNetTime) ? kNetTime : kTime;
}

// Both of the pair in both experiments.
struct Four {
  const lab::Metric *original_first, *original_second, *clone_first, *clone_second;

  bool whole() const {
    return original_first != nullptr && original_second != nullptr && clone_first != nullptr && clone_second != nullptr;
  }
};

PairVerdict judge(const Four& four, double claimable, uint64_t seed) {
  PairVerdict pair;
  pair.original = ratio_of(*four.original_first, *four.original_second, seed);
  pair.clone = ratio_of(*four.clone_first, *four.clone_second, seed);
  const double least = std::max(kTieWithin, claimable);
  pair.original_ahead = ahead(pair.original, least);
  pair.clone_ahead = ahead(pair.clone, least);
  pair.holds = holds(pair, std::max(kMuch, claimable));
  return pair;
}

// Those that went well in both.
std::vector<std::string> compared(const lab::Results& original, const lab::Results& clone, std::string& trouble) {
  std::vector<std::string> names;
  for (const lab::AllocatorResult& allocator : original.allocators) {
    if (find(original, allocator.name) != nullptr && find(clone, allocator.name) != nullptr)
      names.push_back(allocator.name);
    else
      trouble = fmt::format("{} failed in a replay", allocator.name);
  }
  if (names.size() < 2) trouble = "there are no two allocators to rank";
  return names;
}

}  // namespace

bool RankingVerdict::holds() const { return trouble.empty() && broken() == 0; }

size_t RankingVerdict::broken() const {
  return static_cast<size_t>(std::ranges::count(pairs, false, &PairVerdict::holds));
}

size_t RankingVerdict::differing() const {
  return pairs.size() - static_cast<size_t>(std::ranges::count(pairs, Ahead::kTie, &PairVerdict::original_ahead));
}

RankingVerdict compare_rankings(const lab::Results& original, const lab::Results& clone) {
  RankingVerdict verdict;
  const std::vector<std::string> names = compared(original, clone, verdict.trouble);
  const char* const time = time_metric(original, clone);
  for (const char* metric : {time, kMemory}) {
    const double claimable = metric == time ? std::max(original.aa.claimable, clone.aa.claimable) : 0;
    for (size_t i = 0; i < names.size(); ++i)
      for (size_t j = i + 1; j < names.size(); ++j) {
        const Four four{metric_of(*find(original, names[i]), metric), metric_of(*find(original, names[j]), metric),
                        metric_of(*find(clone, names[i]), metric), metric_of(*find(clone, names[j]), metric)};
        if (!four.whole()) {
          verdict.trouble = "there were too few rounds to rank by";
          continue;
        }
        PairVerdict pair = judge(four, claimable, original.config.seed);
        pair.first = names[i];
        pair.second = names[j];
        pair.metric = metric;
        verdict.pairs.push_back(std::move(pair));
      }
  }
  return verdict;
}

}  // namespace heapreel::like
