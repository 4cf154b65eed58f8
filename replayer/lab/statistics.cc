// Order statistics and a seeded bootstrap.
#include "replayer/lab/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace heapreel::lab {
namespace {

constexpr double kLowTail = 0.025;
constexpr double kHighTail = 0.975;
constexpr double kDriftZ = 2.576;  // 1 % of a normal distribution lie beyond +- this

double median_in_place(std::vector<double>& values) {
  const size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(middle), values.end());
  const double upper = values[middle];
  if (values.size() % 2 == 1) return upper;
  return (upper + *std::max_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(middle))) / 2;
}

double quantile_of_sorted(const std::vector<double>& sorted, double quantile) {
  const double place = quantile * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = place - static_cast<double>(below);
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

// Ranks from 1; equal values get the mean of their places.
std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [values](size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (size_t i = 0; i < order.size();) {
    size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    for (size_t k = i; k < end; ++k) ranks[order[k]] = static_cast<double>(i + end + 1) / 2;
    i = end;
  }
  return ranks;
}

}  // namespace

double median(std::vector<double> values) { return values.empty() ? 0 : median_in_place(values); }

double quantile(std::vector<double> values, double quantile) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return quantile_of_sorted(values, quantile);
}

Estimate estimate(std::span<const double> values, uint64_t seed) {
  if (values.empty()) return {};
  std::mt19937_64 random(seed);
  std::vector<double> medians(kResamples);
  std::vector<double> sample(values.size());
  for (double& one : medians) {
    for (double& value : sample) value = values[random() % values.size()];
    one = median_in_place(sample);
  }
  std::ranges::sort(medians);
  return {.median = median({values.begin(), values.end()}),
          .low = quantile_of_sorted(medians, kLowTail),
          .high = quantile_of_sorted(medians, kHighTail)};
}

std::vector<double> paired_ratios(std::span<const double> values, std::span<const double> reference) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(values.size(), reference.size()); ++i)
    if (reference[i] != 0) ratios.push_back(values[i] / reference[i]);
  return ratios;
}

double half_width(const Estimate& estimate) {
  if (estimate.median == 0) return std::numeric_limits<double>::infinity();
  return (estimate.high - estimate.low) / 2 / std::abs(estimate.median);
}

double claimable(const Estimate& same_against_same) {
  return std::max(std::abs(same_against_same.high - 1), std::abs(same_against_same.low - 1));
}

bool differs(const Estimate& ratio, double claimable) {
  return ratio.low > 1 + claimable || ratio.high < 1 - claimable;
}

double spearman_drift(std::span<const double> values) {
  const size_t count = values.size();
  if (count < 3) return 0;
  const std::vector<double> ranks = ranks_of(values);
  const double mean = static_cast<double>(count + 1) / 2;
  double common = 0, of_ranks = 0, of_order = 0;
  for (size_t i = 0; i < count; ++i) {
    const double rank = ranks[i] - mean;
    const double order = static_cast<double>(i + 1) - mean;
    common += rank * order;
    of_ranks += rank * rank;
    of_order += order * order;
  }
  return of_ranks == 0 ? 0 : common / std::sqrt(of_ranks * of_order);
}

bool drift_is_significant(double rho, size_t values) {
  return values >= 5 && std::abs(rho) * std::sqrt(static_cast<double>(values - 1)) > kDriftZ;
}

}  // namespace heapreel::lab
