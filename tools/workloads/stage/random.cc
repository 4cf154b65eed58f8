// xoshiro256++ (Blackman and Vigna, 2019), seeded by splitmix64, and the distributions of random.h.
#include "tools/workloads/stage/random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace heapreel::workloads {
namespace {

uint64_t splitmix(uint64_t& state) {
  uint64_t z = state += 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(uint64_t seed, uint64_t stream) {
  uint64_t state = seed;
  state = splitmix(state) ^ stream;
  for (uint64_t& word : state_) word = splitmix(state);
}

uint64_t Random::next() {
  const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

// Box and Muller's; the second of the pair is not kept, so that a draw always costs two numbers.
double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - unit()));
  return radius * std::cos(2 * std::numbers::pi * unit());
}

double Random::exponential(double mean) { return -mean * std::log(1 - unit()); }

double Random::lognormal(double median, double sigma) { return median * std::exp(sigma * normal()); }

double Random::pareto(double least, double alpha) { return least * std::pow(1 - unit(), -1 / alpha); }

uint64_t SizeCurve::draw(Random& random) const {
  const double size = random.lognormal(median, sigma);
  if (size >= static_cast<double>(most)) return most;
  return std::max(least, static_cast<uint64_t>(size));
}

}  // namespace heapreel::workloads
