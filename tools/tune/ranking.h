// Candidates held against each other in two figures, time and memory, both the less the better.
//
// Pure. Ranking is by medians and claims nothing: it decides who is looked at again, never what is recommended
// (decide.h).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace heapreel::tune {

enum class Objective : uint8_t { kSpeed, kMemory, kBoth };
const char* name_of(Objective objective);

// What a rung measured of one candidate, by round; a round's figures of all candidates belong together.
struct Samples {
  std::vector<double> time{};
  std::vector<double> memory{};
  std::string failure{};  // why there are none; empty if there are

  bool failed() const { return !failure.empty(); }
};

// Median of the paired ratios to the reference.
struct Place {
  double time = 0;
  double memory = 0;
};
Place place_of(const Samples& samples, const Samples& reference);

// Less in one and not more in the other.
bool dominates(const Place& one, const Place& other);

// All places, the best first: by the one figure, or by fronts (those that nobody dominates, then those that only they
// dominate...) and within a front by the product of both figures.
std::vector<size_t> ranked(const std::vector<Place>& places, Objective objective);

// The first front.
std::vector<size_t> front_of(const std::vector<Place>& places);

}  // namespace heapreel::tune
