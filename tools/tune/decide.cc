// The function of decide.h.
#include "tools/tune/decide.h"

#include <algorithm>
#include <tuple>

namespace heapreel::tune {
namespace {

class Court {
 public:
  Court(const std::vector<FinalRow>& rows, size_t reference, const Claimable& claimable, uint64_t seed)
      : rows_(rows), reference_(reference), claimable_(claimable), seed_(seed) {}

  Decision decide() {
    for (size_t i = 0; i < rows_.size(); ++i) decision_.rows.push_back(judge(i));
    decision_.for_speed = choose(&Judged::time, [this](size_t i, size_t j) { return time(i, j).better(); });
    decision_.for_memory = choose(&Judged::memory, [this](size_t i, size_t j) { return memory(i, j).better(); });
    decision_.for_both = choose_both();
    return std::move(decision_);
  }

 private:
  Claim claim(const std::vector<double>& values, const std::vector<double>& others, double claimable) const {
    const std::vector<double> ratios = lab::paired_ratios(values, others);
    Claim claim{.ratio = lab::estimate(ratios, seed_)};
    claim.tie = ratios.size() < kRoundsToClaim || !lab::differs(claim.ratio, claimable);
    return claim;
  }
  Claim time(size_t i, size_t j) const { return claim(rows_[i].time, rows_[j].time, claimable_.time); }
  Claim memory(size_t i, size_t j) const { return claim(rows_[i].memory, rows_[j].memory, claimable_.memory); }

  size_t default_of(size_t i) const {
    for (size_t j = 0; j < rows_.size(); ++j)
      if (rows_[j].settings == 0 && rows_[j].allocator == rows_[i].allocator) return j;
    return i;
  }

  bool beaten(size_t i) const {
    for (size_t j = 0; j < rows_.size(); ++j) {
      if (j == i || rows_[j].time.empty()) continue;
      const Claim in_time = time(j, i);
      const Claim in_memory = memory(j, i);
      if (in_time.better() && !may_be_worse(in_memory, claimable_.memory)) return true;
      if (in_memory.better() && !may_be_worse(in_time, claimable_.time)) return true;
    }
    return false;
  }

  Judged judge(size_t i) const {
    if (rows_[i].time.empty()) return {};
    const size_t own = default_of(i);
    Judged judged{.time = time(i, reference_),
                  .memory = memory(i, reference_),
                  .own_time = time(i, own),
                  .own_memory = memory(i, own)};
    const bool differs = rows_[i].settings == 0 || judged.own_time.better() || judged.own_memory.better();
    judged.on_front = differs && !beaten(i);
    return judged;
  }

  // Fewer settings, then the allocator that the program has, then the figure.
  size_t simplest(const std::vector<size_t>& tied, const std::vector<double>& cost) const {
    return *std::ranges::min_element(tied, {}, [&](size_t i) {
      return std::tuple(rows_[i].settings, rows_[i].allocator != rows_[reference_].allocator, cost[i]);
    });
  }

  template <class Better>
  std::optional<size_t> pick(const std::vector<size_t>& eligible, const std::vector<double>& cost,
                             const Better& better) const {
    if (eligible.empty()) return std::nullopt;
    const size_t best = *std::ranges::min_element(eligible, {}, [&cost](size_t i) { return cost[i]; });
    std::vector<size_t> tied;
    for (const size_t i : eligible)
      if (i == best || !better(best, i)) tied.push_back(i);
    return simplest(tied, cost);
  }

  template <class Better>
  std::optional<size_t> choose(Claim Judged::*figure, const Better& better) const {
    std::vector<size_t> eligible;
    std::vector<double> cost;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const Judged& row = decision_.rows[i];
      cost.push_back((row.*figure).ratio.median);
      const bool by_settings = rows_[i].settings == 0 || better(i, default_of(i));
      if ((row.*figure).better() && by_settings) eligible.push_back(i);
    }
    return pick(eligible, cost, better);
  }

  std::optional<size_t> choose_both() const {
    std::vector<size_t> eligible;
    std::vector<double> cost;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const Judged& row = decision_.rows[i];
      cost.push_back(row.time.ratio.median * row.memory.ratio.median);
      const bool gains = row.time.better() || row.memory.better();
      const bool loses = may_be_worse(row.time, claimable_.time) || may_be_worse(row.memory, claimable_.memory);
      const bool by_settings = rows_[i].settings == 0 || row.own_time.better() || row.own_memory.better();
      if (gains && !loses && by_settings) eligible.push_back(i);
    }
    return pick(eligible, cost, [this](size_t i, size_t j) { return time(i, j).better() || memory(i, j).better(); });
  }

  const std::vector<FinalRow>& rows_;
  const size_t reference_;
  const Claimable claimable_;
  const uint64_t seed_;
  Decision decision_;
};

}  // namespace

bool may_be_worse(const Claim& claim, double claimable) { return claim.worse() || claim.ratio.median > 1 + claimable; }

Decision decide(const std::vector<FinalRow>& rows, size_t reference, const Claimable& claimable, uint64_t seed) {
  return Court(rows, reference, claimable, seed).decide();
}

}  // namespace heapreel::tune
