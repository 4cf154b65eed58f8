// The functions of ranking.h.
#include "tools/tune/ranking.h"

#include <algorithm>
#include <numeric>

#include "replayer/lab/statistics.h"

namespace heapreel::tune {
namespace {

// For each place how many rounds of taking the undominated away it outlives.
std::vector<size_t> front_numbers(const std::vector<Place>& places) {
  constexpr size_t kNone = ~size_t{0};
  std::vector<size_t> number(places.size(), kNone);
  for (size_t front = 0, left = places.size(); left > 0; ++front) {
    std::vector<size_t> taken;
    for (size_t i = 0; i < places.size(); ++i) {
      if (number[i] != kNone) continue;
      bool is_dominated = false;
      for (size_t j = 0; j < places.size(); ++j)
        if (number[j] == kNone && dominates(places[j], places[i])) is_dominated = true;
      if (!is_dominated) taken.push_back(i);
    }
    for (const size_t i : taken) number[i] = front;
    left -= taken.size();
  }
  return number;
}

}  // namespace

const char* name_of(Objective objective) {
  constexpr const char* kNames[] = {"speed", "memory", "both"};
  return kNames[static_cast<size_t>(objective)];
}

Place place_of(const Samples& samples, const Samples& reference) {
  return {.time = lab::median(lab::paired_ratios(samples.time, reference.time)),
          .memory = lab::median(lab::paired_ratios(samples.memory, reference.memory))};
}

bool dominates(const Place& one, const Place& other) {
  return one.time <= other.time && one.memory <= other.memory && (one.time < other.time || one.memory < other.memory);
}

std::vector<size_t> ranked(const std::vector<Place>& places, Objective objective) {
  std::vector<size_t> order(places.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const std::vector<size_t> fronts = front_numbers(places);
  const auto key = [&](size_t i) {
    const Place& place = places[i];
    switch (objective) {
      case Objective::kSpeed:
        return std::pair(0.0, place.time);
      case Objective::kMemory:
        return std::pair(0.0, place.memory);
      case Objective::kBoth:
        break;
    }
    return std::pair(static_cast<double>(fronts[i]), place.time * place.memory);
  };
  std::ranges::stable_sort(order, {}, key);
  return order;
}

std::vector<size_t> front_of(const std::vector<Place>& places) {
  const std::vector<size_t> fronts = front_numbers(places);
  std::vector<size_t> front;
  for (size_t i = 0; i < places.size(); ++i)
    if (fronts[i] == 0) front.push_back(i);
  return front;
}

}  // namespace heapreel::tune
