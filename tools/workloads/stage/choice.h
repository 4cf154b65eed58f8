// Choosing one of many, where some are more likely than others.
#pragma once

#include <span>
#include <vector>

#include "tools/workloads/stage/random.h"

namespace heapreel::workloads {

// Ranks from 0 to n - 1, rank k as likely as 1 / (k + 1)^skew. Takes no memory, whatever n is (rejection-inversion,
// Hörmann and Derflinger 1996).
class Zipf {
 public:
  // `n` is at least 1, `skew` above 0.
  Zipf(uint64_t n, double skew);
  uint64_t draw(Random& random) const;

 private:
  double integral(double x) const;
  double inverse(double x) const;

  uint64_t n_;
  double skew_;
  double first_;
  double last_;
  double sure_;
};

// Positions in a list of weights, each as likely as its weight (Walker's alias method: one look per draw).
class WeightedChoice {
 public:
  // At least one weight is above 0, none below.
  explicit WeightedChoice(std::span<const double> weights);
  size_t draw(Random& random) const;

 private:
  struct Place {
    double own = 1;  // the share of this place that is its own
    uint32_t other = 0;
  };

  std::vector<Place> places_;
};

}  // namespace heapreel::workloads
