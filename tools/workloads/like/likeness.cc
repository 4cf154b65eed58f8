// The distances of likeness.h.
#include "tools/workloads/like/likeness.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <vector>

namespace heapreel::like {
namespace {

std::vector<double> shares_of(std::span<const double> counts) {
  const double sum = std::accumulate(counts.begin(), counts.end(), 0.0);
  std::vector<double> shares(counts.begin(), counts.end());
  for (double& share : shares) share = sum > 0 ? share / sum : 0;
  return shares;
}

std::vector<double> numbers_of(std::span<const uint64_t> counts) { return {counts.begin(), counts.end()}; }

bool is_empty(std::span<const double> counts) {
  return std::ranges::all_of(counts, [](double count) { return count == 0; });
}

// Of nothing, anything is wholly wrong.
double relative_error(double clone, double original) {
  if (original == 0) return clone == 0 ? 0 : 1;
  return clone / original - 1;
}

}  // namespace

double total_variation(std::span<const uint64_t> a, std::span<const uint64_t> b) {
  const std::vector<double> counts_a = numbers_of(a);
  const std::vector<double> counts_b = numbers_of(b);
  if (is_empty(counts_a) != is_empty(counts_b)) return 1;
  const std::vector<double> shares_a = shares_of(counts_a);
  const std::vector<double> shares_b = shares_of(counts_b);
  double sum = 0;
  for (size_t i = 0; i < shares_a.size(); ++i) sum += std::abs(shares_a[i] - shares_b[i]);
  return sum / 2;
}

double greatest_step(std::span<const double> a, std::span<const double> b) {
  if (is_empty(a) != is_empty(b)) return 1;
  const std::vector<double> shares_a = shares_of(a);
  const std::vector<double> shares_b = shares_of(b);
  double up_to = 0, greatest = 0;
  for (size_t i = 0; i < shares_a.size(); ++i) {
    up_to += shares_a[i] - shares_b[i];
    greatest = std::max(greatest, std::abs(up_to));
  }
  return greatest;
}

double Likeness::size_distance() const { return std::max({sizes_log2_distance, sizes_by_count, sizes_by_bytes}); }

std::string Likeness::objection() const {
  std::string text;
  if (std::abs(peak_error) > kPeakErrorMost)
    text = fmt::format("its peak of live bytes is {:+.1f} % off", peak_error * 100);
  if (size_distance() > kSizeDistanceMost)
    text += fmt::format("{}its sizes are {:.3f} away", text.empty() ? "" : ", ", size_distance());
  return text;
}

Likeness compare(const Portrait& original, const Portrait& clone) {
  Likeness likeness;
  likeness.peak_error =
      relative_error(static_cast<double>(clone.live_peak_bytes), static_cast<double>(original.live_peak_bytes));
  likeness.mean_error = relative_error(clone.live_mean_bytes, original.live_mean_bytes);
  likeness.events_error = relative_error(static_cast<double>(clone.events), static_cast<double>(original.events));
  for (size_t i = 0; i < kCurvePoints; ++i)
    likeness.curve_error += std::abs(clone.live_bytes[i] - original.live_bytes[i]) / kCurvePoints;
  likeness.curve_error /= std::max(static_cast<double>(original.live_peak_bytes), 1.0);
  likeness.kinds_distance = total_variation(original.by_op, clone.by_op);
  likeness.sizes_log2_distance = total_variation(original.births_by_size_log2, clone.births_by_size_log2);
  likeness.sizes_by_count = greatest_step(numbers_of(original.births), numbers_of(clone.births));
  likeness.sizes_by_bytes = greatest_step(original.birth_bytes, clone.birth_bytes);
  likeness.lifetimes_distance = total_variation(original.lives_by_length_log2, clone.lives_by_length_log2);
  likeness.remote_share_original = original.remote_share();
  likeness.remote_share_clone = clone.remote_share();
  return likeness;
}

}  // namespace heapreel::like
