// The functions of prune.h.
#include "tools/tune/prune.h"

#include <algorithm>

namespace heapreel::tune {
namespace {

constexpr uint64_t kSeed = 1;  // of the bootstrap: the same rounds always give the same answer

// What a setting's absence costs: more than 1 is a loss.
struct Loss {
  Place ratio{};
  bool matters = false;
};

Loss loss_of(const Samples& whole, const Samples& without, const Claimable& claimable, Objective objective) {
  Loss loss{.ratio = place_of(without, whole)};
  if (without.failed()) return loss;
  const auto is_worse = [](const std::vector<double>& values, const std::vector<double>& others,
                           double claimable_part) {
    const std::vector<double> ratios = lab::paired_ratios(values, others);
    if (ratios.size() < kRoundsToClaim) return false;
    const lab::Estimate ratio = lab::estimate(ratios, kSeed);
    return ratio.low > 1 + claimable_part;
  };
  loss.matters = (objective != Objective::kMemory && is_worse(without.time, whole.time, claimable.time)) ||
                 (objective != Objective::kSpeed && is_worse(without.memory, whole.memory, claimable.memory));
  return loss;
}

double cost(const Loss& loss, Objective objective) {
  return objective == Objective::kSpeed    ? loss.ratio.time
         : objective == Objective::kMemory ? loss.ratio.memory
                                           : loss.ratio.time * loss.ratio.memory;
}

}  // namespace

std::vector<Candidate> without_each(const Candidate& candidate) {
  std::vector<Candidate> all;
  for (size_t i = 0; i < candidate.settings.size(); ++i) {
    all.push_back(candidate);
    all.back().settings.erase(all.back().settings.begin() + static_cast<ptrdiff_t>(i));
  }
  return all;
}

std::vector<Candidate> pruned(const Candidate& candidate, const Samples& whole, const std::vector<Samples>& without,
                              const Claimable& claimable, Objective objective) {
  Candidate matter{.allocator = candidate.allocator, .settings = {}};
  std::vector<std::pair<double, Setting>> others;
  for (size_t i = 0; i < candidate.settings.size(); ++i) {
    const Loss loss = loss_of(whole, without[i], claimable, objective);
    if (loss.matters)
      matter.settings.push_back(candidate.settings[i]);
    else
      others.emplace_back(cost(loss, objective), candidate.settings[i]);
  }
  std::vector<Candidate> result;
  if (!matter.is_default()) result.push_back(matter);
  if (others.size() < 2) return result;
  const auto best = std::ranges::max_element(others, {}, [](const auto& one) { return one.first; });
  for (Candidate& more : combined(matter, {.allocator = candidate.allocator, .settings = {best->second}}))
    result.push_back(std::move(more));
  return result;
}

}  // namespace heapreel::tune
