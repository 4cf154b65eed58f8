// Numbers by chance, the same for a seed on every machine: nothing here depends on a standard library's distributions.
//
// One Random belongs to one actor, so that what an actor draws does not depend on when the others act.
#pragma once

#include <cstdint>

namespace heapreel::workloads {

__extension__ using Wide = unsigned __int128;

class Random {
 public:
  // `stream` tells the actors of one seed apart.
  Random(uint64_t seed, uint64_t stream);

  uint64_t next();
  // Below n, which is not 0.
  uint64_t below(uint64_t n) { return static_cast<uint64_t>((static_cast<Wide>(next()) * n) >> 64); }
  // From first to last, both included.
  uint64_t between(uint64_t first, uint64_t last) { return first + below(last - first + 1); }
  // From 0 to below 1.
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool chance(double share) { return unit() < share; }

  double normal();
  double exponential(double mean);
  // Half of all values lie below the median; `sigma` is the deviation of the logarithm.
  double lognormal(double median, double sigma);
  // No value below `least`; the smaller `alpha`, the heavier the tail.
  double pareto(double least, double alpha);

 private:
  uint64_t state_[4];
};

// A size in bytes drawn from a lognormal distribution, kept within bounds.
struct SizeCurve {
  double median = 0;
  double sigma = 0;
  uint64_t least = 1;
  uint64_t most = ~uint64_t{0};

  uint64_t draw(Random& random) const;
};

}  // namespace heapreel::workloads
