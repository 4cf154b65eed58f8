// The rungs of search.h.
#include "tools/tune/search.h"

#include <algorithm>
#include <utility>

#include "replayer/lab/statistics.h"
#include "tools/tune/prune.h"

namespace heapreel::tune {
namespace {

constexpr size_t kPairsMax = 4;  // combinations of two, of each allocator
// What each rung may use of the budget, and how many rounds make sense in it.
struct Share {
  double budget;
  uint64_t rounds_most;
};
constexpr Share kUsual[] = {{0.35, 3}, {0.25, 5}, {0.2, 8}};
constexpr Share kPrune = {0.2, 8};
constexpr Share kQuick[] = {{0.5, 1}, {0.5, 1}};

bool beats(const Place& one, const Place& other, Objective objective) {
  const bool faster = one.time < other.time;
  const bool smaller = one.memory < other.memory;
  return objective == Objective::kSpeed ? faster : objective == Objective::kMemory ? smaller : faster || smaller;
}

class Search {
 public:
  Search(const std::vector<Candidate>& defaults, const Bench& bench, const SearchOptions& options)
      : defaults_(defaults), bench_(bench), options_(options) {}

  base::Result<Outcome> run(const std::vector<Candidate>& singles) {
    std::vector<Candidate> contestants;
    HEAPREEL_TRY(prove(singles, contestants));
    const std::span<const Share> shares = options_.quick ? std::span<const Share>(kQuick) : std::span(kUsual);
    for (size_t i = 0; i < shares.size(); ++i) {
      HEAPREEL_TRY(climb(shares[i], contestants));
      if (i + 1 == shares.size()) break;
      contestants = survivors();
      if (i == 0 && !options_.quick) HEAPREEL_TRY(prove(combinations(contestants), contestants));
    }
    choose_finalists();
    if (!options_.quick) HEAPREEL_TRY(prune());
    return std::move(outcome_);
  }

 private:
  base::Status prove(const std::vector<Candidate>& candidates, std::vector<Candidate>& proven) {
    for (const Candidate& candidate : candidates) {
      const auto fault = bench_.prove(candidate);
      if (!fault) return base::fail(fault.error());
      if (fault->empty())
        proven.push_back(candidate);
      else
        outcome_.dropped.push_back({candidate, *fault});
    }
    return {};
  }

  // Measures the defaults, those, and the reference once more; what fails is out.
  base::Status climb(const Share& share, std::vector<Candidate> contestants) {
    const uint64_t runs = runs_of(share);
    const uint64_t base = defaults_.size() + 1;
    const uint64_t fits = std::max<uint64_t>(runs > base ? runs - base : 0, 1);
    if (contestants.size() > fits) {
      outcome_.left_out += contestants.size() - fits;
      contestants.resize(fits);
    }
    std::vector<Candidate> all = defaults_;
    all.insert(all.end(), contestants.begin(), contestants.end());
    all.push_back(defaults_.front());
    const uint64_t rounds = std::clamp<uint64_t>(runs / all.size(), 1, share.rounds_most);
    const auto samples = bench_.measure(all, rounds);
    if (!samples) return base::fail(samples.error());
    return take(all, *samples);
  }

  uint64_t runs_of(const Share& share) const {
    return static_cast<uint64_t>(static_cast<double>(options_.budget) * share.budget);
  }

  base::Status take(const std::vector<Candidate>& all, const std::vector<Samples>& samples) {
    const Samples& reference = samples.front();
    if (reference.failed())
      return base::fail(
          {.code = base::ErrorCode::kIo,
           .what = "cannot measure " + label(all.front()) + ", which all others are held against",
           .why = reference.failure,
           .hint = "name other allocators by --allocators; `heapreel replay` shows more of what is wrong"});
    Rung rung{.rounds = reference.time.size()};
    for (size_t i = 0; i + 1 < all.size(); ++i) {
      if (!samples[i].failed())
        rung.rows.push_back({.candidate = all[i], .place = place_of(samples[i], reference)});
      else
        outcome_.dropped.push_back({all[i], samples[i].failure});
    }
    note_itself(samples.back().time, reference.time, outcome_.time_against_itself);
    note_itself(samples.back().memory, reference.memory, outcome_.memory_against_itself);
    outcome_.rungs.push_back(std::move(rung));
    keep_half();
    samples_ = samples;
    return {};
  }

  static void note_itself(const std::vector<double>& again, const std::vector<double>& reference,
                          std::vector<double>& into) {
    const std::vector<double> ratios = lab::paired_ratios(again, reference);
    into.insert(into.end(), ratios.begin(), ratios.end());
  }

  // Of those with settings the better half; never fewer than may go to the final.
  void keep_half() {
    std::vector<RungRow>& rows = outcome_.rungs.back().rows;
    std::vector<size_t> with_settings;
    std::vector<Place> places;
    for (size_t i = 0; i < rows.size(); ++i) {
      rows[i].kept = rows[i].candidate.is_default();
      if (rows[i].kept) continue;
      with_settings.push_back(i);
      places.push_back(rows[i].place);
    }
    size_t left = std::max((places.size() + 1) / 2, std::min(places.size(), kFinalistsMax));
    for (const size_t i : ranked(places, options_.objective)) {
      if (left-- == 0) break;
      rows[with_settings[i]].kept = true;
    }
  }

  std::vector<Candidate> survivors() const {
    std::vector<Candidate> kept;
    for (const RungRow& row : outcome_.rungs.back().rows)
      if (row.kept && !row.candidate.is_default()) kept.push_back(row.candidate);
    return kept;
  }

  const RungRow* find(const Candidate& candidate) const {
    const auto& rows = outcome_.rungs.back().rows;
    const auto found = std::ranges::find(rows, candidate, &RungRow::candidate);
    return found == rows.end() ? nullptr : &*found;
  }

  bool beats_its_default(const RungRow& row) const {
    const RungRow* own = find({.allocator = row.candidate.allocator, .settings = {}});
    return own != nullptr && beats(row.place, own->place, options_.objective);
  }

  // Of an allocator's winners: the pairs that promise most, and the best values of all knobs together.
  void combine(const std::vector<const RungRow*>& winners, std::vector<Candidate>& made) const {
    std::vector<std::pair<double, Candidate>> pairs;
    for (size_t i = 0; i < winners.size(); ++i)
      for (size_t j = i + 1; j < winners.size(); ++j)
        for (Candidate& both : combined(winners[i]->candidate, winners[j]->candidate))
          pairs.emplace_back(promise(winners[i]->place) * promise(winners[j]->place), std::move(both));
    std::ranges::stable_sort(pairs, {}, [](const auto& pair) { return pair.first; });
    if (pairs.size() > kPairsMax) pairs.resize(kPairsMax);
    for (auto& [ignored, pair] : pairs) made.push_back(std::move(pair));
    Candidate all{.allocator = winners.front()->candidate.allocator, .settings = {}};
    for (const RungRow* winner : winners)
      for (Candidate& more : combined(all, winner->candidate)) all = std::move(more);
    if (all.settings.size() > 2) made.push_back(std::move(all));
  }

  double promise(const Place& place) const {
    return options_.objective == Objective::kSpeed    ? place.time
           : options_.objective == Objective::kMemory ? place.memory
                                                      : place.time * place.memory;
  }

  std::vector<Candidate> combinations(const std::vector<Candidate>& kept) const {
    std::vector<Candidate> made;
    for (const Candidate& own : defaults_) {
      std::vector<const RungRow*> winners;
      for (const Candidate& candidate : kept)
        if (const RungRow* row = find(candidate);
            candidate.allocator == own.allocator && row != nullptr && beats_its_default(*row))
          winners.push_back(row);
      std::ranges::stable_sort(winners, {}, [this](const RungRow* row) { return promise(row->place); });
      if (winners.size() > 1) combine(winners, made);
    }
    return made;
  }

  void choose_finalists() {
    std::vector<const RungRow*> rows;
    std::vector<Place> places;
    for (const RungRow& row : outcome_.rungs.back().rows) {
      if (row.candidate.is_default() || !beats_its_default(row)) continue;
      rows.push_back(&row);
      places.push_back(row.place);
    }
    for (const size_t i : ranked(places, options_.objective))
      if (outcome_.finalists.size() < kFinalistsMax) outcome_.finalists.push_back(rows[i]->candidate);
  }

  // Of the finalists so far those with one setting, and then the combinations that the budget can take apart, pruned.
  // Of others nobody could say which of their settings matter.
  base::Status prune() {
    const std::vector<Candidate> leaders = std::exchange(outcome_.finalists, {});
    const uint64_t runs = runs_of(kPrune);
    std::vector<Candidate> list;
    std::vector<size_t> combinations;
    for (size_t i = 0; i < leaders.size(); ++i) {
      const size_t more = leaders[i].settings.size() + 1;
      const bool fits = (defaults_.size() + 1 + list.size() + more) * kRoundsToClaim <= runs;
      if (leaders[i].settings.size() < 2 || !fits) continue;
      combinations.push_back(i);
      list.push_back(leaders[i]);
      for (Candidate& part : without_each(leaders[i])) list.push_back(std::move(part));
    }
    if (!list.empty()) HEAPREEL_TRY(climb(kPrune, list));
    size_t at = defaults_.size();  // of samples_, as climb() has laid them out
    for (size_t i = 0; i < leaders.size(); ++i) {
      if (leaders[i].settings.size() < 2) add_finalist(leaders[i]);
      if (std::ranges::find(combinations, i) == combinations.end()) continue;
      add_pruned(leaders[i], at);
      at += leaders[i].settings.size() + 1;
    }
    return {};
  }

  void add_pruned(const Candidate& leader, size_t at) {
    const Samples& whole = samples_[at];
    const auto first = samples_.begin() + static_cast<ptrdiff_t>(at) + 1;
    const std::vector<Samples> without(first, first + static_cast<ptrdiff_t>(leader.settings.size()));
    if (whole.failed() || whole.time.size() < kRoundsToClaim) return;
    const auto claimable_of = [](const std::vector<double>& ratios) {
      return lab::claimable(lab::estimate(ratios, 1));
    };
    const Claimable claimable{.time = claimable_of(outcome_.time_against_itself),
                              .memory = claimable_of(outcome_.memory_against_itself)};
    for (const Candidate& candidate : pruned(leader, whole, without, claimable, options_.objective))
      add_finalist(candidate);
  }

  void add_finalist(const Candidate& candidate) {
    const bool is_new = std::ranges::find(outcome_.finalists, candidate) == outcome_.finalists.end();
    if (is_new && outcome_.finalists.size() < kFinalistsMax) outcome_.finalists.push_back(candidate);
  }

  const std::vector<Candidate>& defaults_;
  const Bench& bench_;
  const SearchOptions& options_;
  Outcome outcome_;
  std::vector<Samples> samples_;  // of the last rung, by candidate
};

}  // namespace

base::Result<Outcome> search(const std::vector<Candidate>& defaults, const std::vector<Candidate>& singles,
                             const Bench& bench, const SearchOptions& options) {
  return Search(defaults, bench, options).run(singles);
}

}  // namespace heapreel::tune
