// The draws of choice.h.
#include "tools/workloads/stage/choice.h"

#include <cmath>
#include <numeric>

namespace heapreel::workloads {
namespace {

// (exp(x) - 1) / x and log(1 + x) / x, also near 0.
double expm1_by(double x) { return std::abs(x) > 1e-8 ? std::expm1(x) / x : 1 + x / 2; }
double log1p_by(double x) { return std::abs(x) > 1e-8 ? std::log1p(x) / x : 1 - x / 2; }

}  // namespace

Zipf::Zipf(uint64_t n, double skew) : n_(n), skew_(skew) {
  first_ = integral(1.5) - 1;
  last_ = integral(static_cast<double>(n) + 0.5);
  sure_ = 2 - inverse(integral(2.5) - std::pow(2.0, -skew));
}

// Of x^-skew.
double Zipf::integral(double x) const {
  const double log_x = std::log(x);
  return expm1_by((1 - skew_) * log_x) * log_x;
}

double Zipf::inverse(double x) const {
  const double t = std::max(-1.0, x * (1 - skew_));
  return std::exp(log1p_by(t) * x);
}

uint64_t Zipf::draw(Random& random) const {
  for (;;) {
    const double u = last_ + random.unit() * (first_ - last_);
    const double x = inverse(u);
    const double rank = std::min(std::max(std::floor(x + 0.5), 1.0), static_cast<double>(n_));
    if (rank - x <= sure_ || u >= integral(rank + 0.5) - std::exp(-std::log(rank) * skew_))
      return static_cast<uint64_t>(rank) - 1;
  }
}

WeightedChoice::WeightedChoice(std::span<const double> weights) : places_(weights.size()) {
  const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
  std::vector<uint32_t> poor;
  std::vector<uint32_t> rich;
  for (uint32_t i = 0; i < weights.size(); ++i) {
    places_[i] = {.own = weights[i] / mean, .other = i};
    (places_[i].own < 1 ? poor : rich).push_back(i);
  }
  while (!poor.empty() && !rich.empty()) {
    const uint32_t giver = rich.back();
    places_[poor.back()].other = giver;
    places_[giver].own -= 1 - places_[poor.back()].own;
    poor.pop_back();
    if (places_[giver].own >= 1) continue;
    rich.pop_back();
    poor.push_back(giver);
  }
  for (const uint32_t i : poor) places_[i].own = 1;  // what rounding left over
}

size_t WeightedChoice::draw(Random& random) const {
  const size_t at = random.below(places_.size());
  return random.unit() < places_[at].own ? at : places_[at].other;
}

}  // namespace heapreel::workloads
