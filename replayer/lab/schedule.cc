// Shuffles and budgets.
#include "replayer/lab/schedule.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

namespace heapreel::lab {
namespace {

// How much longer than an untimed run under the reference the others take, roughly: verified runs check every block,
// timed ones read the clock twice a call; and allocators differ.
constexpr double kVerifyFactor = 6;
constexpr double kTimedFactor = 3;
constexpr double kOthersFactor = 1.5;
constexpr double kSafety = 1.3;

}  // namespace

std::vector<size_t> shuffled_round(size_t rows, uint64_t seed, uint64_t round) {
  std::vector<size_t> order(rows);
  std::iota(order.begin(), order.end(), size_t{0});
  std::mt19937_64 random(seed ^ (round + 1) * 0x9e3779b97f4a7c15);
  // Not std::shuffle: what it does with the same numbers is the library's choice.
  for (size_t i = rows; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  return order;
}

double widest_half_width(Rows& rows, uint64_t seed) {
  const std::vector<double> reference = rows.reference_row().of("ns_per_op");
  double widest = 0;
  for (const Row& row : rows.rows) {
    const bool counts = row.alive() && (row.candidate() || row.role == Role::kDuplicate);
    if (!counts || &row == &rows.reference_row()) continue;
    const std::vector<double> ratios = paired_ratios(row.of("ns_per_op"), reference);
    if (ratios.size() < 2) return std::numeric_limits<double>::infinity();
    widest = std::max(widest, half_width(estimate(ratios, seed)));
  }
  return widest;
}

uint64_t ops_that_fit(const Probe& probe, double seconds) {
  const auto candidates = static_cast<double>(probe.candidates);
  const double rounds = kQuickRounds + 1;  // the first is thrown away
  const double runs = candidates + (candidates + 2) * rounds + 2 * (candidates + 1);
  const double weight = candidates * kVerifyFactor + (candidates + 2) * rounds + (candidates + 1) * kTimedFactor +
                        (candidates + 1) * kOthersFactor;
  const double rest = seconds / kSafety - runs * probe.seconds_fixed;
  const double ops = std::max(rest, 0.0) / (weight * kOthersFactor * std::max(probe.seconds_an_op, 1e-12));
  constexpr uint64_t kLeast = 200'000;  // fewer would tell nothing; then it takes longer
  return ops > 1e18 ? ~uint64_t{0} : std::max(static_cast<uint64_t>(ops), kLeast);
}

}  // namespace heapreel::lab
