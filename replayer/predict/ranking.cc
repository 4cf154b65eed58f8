// The function of ranking.h.
#include "replayer/predict/ranking.h"

#include <algorithm>
#include <numeric>

namespace heapreel::predict {

Ranking rank(std::span<const Estimate> estimates) {
  Ranking ranking;
  if (estimates.empty()) return ranking;
  ranking.order.resize(estimates.size());
  std::iota(ranking.order.begin(), ranking.order.end(), size_t{0});
  std::ranges::stable_sort(ranking.order, {}, [&](size_t i) { return estimates[i].value; });
  for (size_t i = 0; i < estimates.size(); ++i)
    for (size_t j = i + 1; j < estimates.size(); ++j)
      if (estimates[i].meets(estimates[j])) ranking.ties.emplace_back(i, j);
  const Estimate& best = estimates[ranking.order.front()];
  for (const Estimate& estimate : estimates)
    ranking.regret.push_back(best.value > 0 ? estimate.value / best.value - 1 : 0);
  for (size_t i = 0; i < estimates.size(); ++i)
    if (i != ranking.order.front() && estimates[i].low > 0)
      ranking.regret_of_best_max = std::max(ranking.regret_of_best_max, best.high / estimates[i].low - 1);
  return ranking;
}

}  // namespace heapreel::predict
