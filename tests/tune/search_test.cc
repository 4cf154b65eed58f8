// The search against an oracle: costs that are known, with noise on top.
#include "tools/tune/search.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <random>

#include "replayer/lab/statistics.h"
#include "tools/tune/decide.h"

namespace heapreel::tune {
namespace {

Candidate with(std::string allocator, std::vector<std::pair<std::string, std::string>> settings) {
  Candidate candidate{.allocator = std::move(allocator), .settings = {}};
  for (auto& [name, value] : settings) candidate.settings.push_back({.name = name, .value = value, .variable = name});
  return candidate;
}

// What a candidate costs: that of its allocator, times the factors of its settings; each round has luck of its own,
// which all candidates share, and each measurement has some more.
class Oracle {
 public:
  std::map<std::string, Place> allocators{};      // by name
  std::map<std::string, Place> factors{};         // by "name:value"
  std::map<std::string, std::string> unproven{};  // by label
  std::string fails{};                            // label
  double noise = 0.01;
  uint64_t measured = 0;  // candidates times rounds
  std::vector<size_t> sizes{};

  Place truth(const Candidate& candidate) const {
    Place place = allocators.at(candidate.allocator);
    for (const Setting& setting : candidate.settings)
      if (const auto found = factors.find(setting.name + ":" + setting.value); found != factors.end()) {
        place.time *= found->second.time;
        place.memory *= found->second.memory;
      }
    return place;
  }

  std::vector<Samples> samples(const std::vector<Candidate>& candidates, uint64_t rounds) {
    sizes.push_back(candidates.size());
    std::vector<Samples> all(candidates.size());
    for (uint64_t round = 0; round < rounds; ++round) {
      const double luck = 1 + 0.3 * uniform();
      for (size_t i = 0; i < candidates.size(); ++i) {
        ++measured;
        const Place place = truth(candidates[i]);
        all[i].time.push_back(place.time * luck * (1 + noise * uniform()));
        all[i].memory.push_back(place.memory * (1 + noise * uniform()));
        if (label(candidates[i]) == fails) all[i].failure = "crashed";
      }
    }
    return all;
  }

  Bench bench() {
    return {.prove = [this](const Candidate& candidate) -> base::Result<std::string> {
              const auto found = unproven.find(label(candidate));
              return found == unproven.end() ? std::string() : found->second;
            },
            .measure = [this](const std::vector<Candidate>& candidates, uint64_t rounds)
                -> base::Result<std::vector<Samples>> { return samples(candidates, rounds); }};
  }

  void reseed(uint64_t seed) { random_.seed(seed); }

 private:
  double uniform() { return static_cast<double>(random_() % 2001) / 1000 - 1; }
  std::mt19937_64 random_{42};
};

class SearchTest : public testing::Test {
 protected:
  SearchTest() {
    oracle_.allocators = {{"a", {20, 100}}, {"b", {22, 90}}};
    for (int i = 0; i < 12; ++i)
      for (const char* allocator : {"a", "b"}) singles_.push_back(with(allocator, {{"k" + std::to_string(i), "1"}}));
  }
  Outcome search_for(Objective objective, uint64_t budget = kBudgetUsual) {
    auto outcome =
        search({with("a", {}), with("b", {})}, singles_, oracle_.bench(), {.objective = objective, .budget = budget});
    EXPECT_TRUE(outcome);
    return outcome ? std::move(*outcome) : Outcome{};
  }
  // The final experiment, by the oracle, and the choice.
  std::pair<Decision, std::vector<Candidate>> decided(const Outcome& outcome) {
    std::vector<Candidate> all = {with("a", {}), with("b", {})};
    all.insert(all.end(), outcome.finalists.begin(), outcome.finalists.end());
    const std::vector<Samples> samples = oracle_.samples(all, 15);
    std::vector<FinalRow> rows;
    for (size_t i = 0; i < all.size(); ++i)
      rows.push_back({all[i].allocator, all[i].settings.size(), samples[i].time, samples[i].memory});
    const auto claimable_of = [](const std::vector<double>& ratios) {
      return lab::claimable(lab::estimate(ratios, 1));
    };
    return {decide(rows, 0,
                   {.time = claimable_of(outcome.time_against_itself),
                    .memory = claimable_of(outcome.memory_against_itself)},
                   1),
            all};
  }

  Oracle oracle_;
  std::vector<Candidate> singles_;
};

TEST_F(SearchTest, FindsThePlantedBestAndItsCombination) {
  oracle_.factors = {{"k3:1", {0.85, 1}}, {"k7:1", {0.9, 1}}, {"k5:1", {1.2, 1}}};
  const Outcome outcome = search_for(Objective::kSpeed);
  ASSERT_FALSE(outcome.finalists.empty());
  EXPECT_EQ(label(outcome.finalists.front()), "a k3:1 k7:1");
  const auto [decision, rows] = decided(outcome);
  ASSERT_TRUE(decision.for_speed);
  EXPECT_EQ(label(rows[*decision.for_speed]), "a k3:1 k7:1");
}

TEST_F(SearchTest, ForMemoryItFindsAnother) {
  oracle_.factors = {{"k3:1", {0.8, 1.1}}, {"k7:1", {1.1, 0.7}}};
  const auto [decision, rows] = decided(search_for(Objective::kMemory));
  ASSERT_TRUE(decision.for_memory);
  EXPECT_EQ(label(rows[*decision.for_memory]), "b k7:1");
  const auto [again, both] = decided(search_for(Objective::kSpeed));
  ASSERT_TRUE(again.for_speed);
  EXPECT_EQ(label(both[*again.for_speed]), "a k3:1");
}

// Settings that do nothing come along with one that does, in combinations that luck made look better: they go.
TEST_F(SearchTest, WhatDoesNothingIsNotRecommendedAlongWithWhatDoes) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    oracle_.reseed(seed);
    oracle_.noise = 0.02;
    oracle_.factors = {{"k3:1", {0.8, 1}}, {"k6:1", {1, 0.8}}};
    const auto [decision, rows] = decided(search_for(Objective::kBoth));
    ASSERT_TRUE(decision.for_both) << seed;
    for (const Setting& setting : rows[*decision.for_both].settings)
      EXPECT_TRUE(setting.name == "k3" || setting.name == "k6") << seed << ": " << label(rows[*decision.for_both]);
  }
}

// Nothing differs in truth: whatever luck brings to the final, nothing with settings is recommended.
TEST_F(SearchTest, PlantedTiesAreNeverRecommended) {
  oracle_.noise = 0.03;
  size_t finalists = 0;
  for (uint64_t seed = 1; seed <= 4; ++seed)
    for (const Objective objective : {Objective::kSpeed, Objective::kMemory, Objective::kBoth}) {
      oracle_.reseed(seed);
      const auto [decision, rows] = decided(search_for(objective));
      finalists += rows.size() - 2;
      for (const auto& choice : {decision.for_speed, decision.for_memory, decision.for_both})
        EXPECT_TRUE(!choice || rows[*choice].is_default());
    }
  EXPECT_GT(finalists, 0U);  // luck did bring some there
}

TEST_F(SearchTest, EachRungHasFewerCandidatesAndTheDefaultsStay) {
  const Outcome outcome = search_for(Objective::kBoth);
  ASSERT_GE(outcome.rungs.size(), 3U);
  EXPECT_EQ(outcome.rungs[0].rows.size(), singles_.size() + 2);
  EXPECT_LT(outcome.rungs[2].rows.size(), outcome.rungs[0].rows.size());
  EXPECT_GT(outcome.rungs[2].rounds, outcome.rungs[0].rounds);
  for (const Rung& rung : outcome.rungs)
    EXPECT_EQ(std::ranges::count_if(rung.rows, [](const RungRow& row) { return row.candidate.is_default(); }), 2);
}

TEST_F(SearchTest, TheBudgetHolds) {
  for (const uint64_t budget : {300U, 120U, 60U}) {
    oracle_.measured = 0;
    const Outcome outcome = search_for(Objective::kBoth, budget);
    EXPECT_LE(oracle_.measured, budget) << budget;
    EXPECT_EQ(outcome.left_out > 0, budget < 100) << budget;
  }
}

TEST_F(SearchTest, WhatIsNotActiveOrFailsIsDroppedAndNamed) {
  oracle_.factors = {{"k3:1", {0.5, 1}}, {"k4:1", {0.6, 1}}};
  oracle_.unproven = {{"a k3:1", "asked for k3 1, the allocator says 0"}};
  oracle_.fails = "a k4:1";
  const Outcome outcome = search_for(Objective::kSpeed);
  ASSERT_GE(outcome.dropped.size(), 2U);
  EXPECT_EQ(label(outcome.dropped[0].candidate), "a k3:1");
  EXPECT_EQ(outcome.dropped[0].why, "asked for k3 1, the allocator says 0");
  EXPECT_EQ(outcome.dropped[1].why, "crashed");
  for (const Candidate& one : outcome.finalists) {
    EXPECT_NE(label(one), "a k3:1");
    EXPECT_NE(label(one), "a k4:1");
  }
}

TEST_F(SearchTest, AReferenceThatFailsIsAnError) {
  oracle_.fails = "a";
  const auto outcome = search({with("a", {}), with("b", {})}, singles_, oracle_.bench(), {});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().why, "crashed");
}

TEST_F(SearchTest, WithoutCandidatesThereAreNoFinalists) {
  singles_.clear();
  EXPECT_TRUE(search_for(Objective::kBoth).finalists.empty());
}

}  // namespace
}  // namespace heapreel::tune
