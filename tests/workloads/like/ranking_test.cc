// When an order of allocators counts as kept, on results made up for it.
#include "tools/workloads/like/ranking.h"

#include <gtest/gtest.h>

namespace heapreel::like {
namespace {

struct Figures {
  std::string name;
  double ns = 10;
  double rss = 1000;
};

// Ten rounds of each, within some percent of the figure.
lab::Results results_of(const std::vector<Figures>& all, double noise = 0.01, size_t rounds = 10) {
  lab::Results results;
  for (const Figures& one : all) {
    lab::AllocatorResult& allocator = results.allocators.emplace_back();
    allocator.name = one.name;
    for (size_t i = 0; i < rounds; ++i) {
      const double off = 1 + noise * (static_cast<double>((i * 7 + one.name.size() * 3) % 10) / 9 - 0.5);
      for (const auto& [metric, value] : {std::pair("ns_per_op_net", one.ns), std::pair("rss_peak_bytes", one.rss)})
        allocator.metrics[metric].samples.push_back(value * off);
    }
  }
  return results;
}

RankingVerdict verdict(const std::vector<Figures>& original, const std::vector<Figures>& clone) {
  return compare_rankings(results_of(original), results_of(clone));
}

TEST(LikeRanking, TheSameOrderHolds) {
  const RankingVerdict same = verdict({{"a", 10}, {"bb", 20}, {"ccc", 30}}, {{"a", 5}, {"bb", 8}, {"ccc", 50}});
  EXPECT_TRUE(same.holds());
  EXPECT_EQ(same.pairs.size(), 6U) << "three pairs, by time and by memory";
  EXPECT_EQ(same.differing(), 3U);
}

TEST(LikeRanking, TheOtherWayRoundIsBroken) {
  const RankingVerdict by_time = verdict({{"a", 10}, {"bb", 20}}, {{"a", 20}, {"bb", 10}});
  EXPECT_EQ(by_time.broken(), 1U);
  EXPECT_EQ(by_time.pairs[0].original_ahead, Ahead::kFirst);
  EXPECT_EQ(by_time.pairs[0].clone_ahead, Ahead::kSecond);
  EXPECT_EQ(verdict({{"a", 10, 1000}, {"bb", 10, 1100}}, {{"a", 10, 1100}, {"bb", 10, 1000}}).broken(), 1U);
}

TEST(LikeRanking, ADifferenceThatNobodyWouldChooseByIsATie) {
  EXPECT_TRUE(verdict({{"a", 10}, {"bb", 10.3}}, {{"a", 10.3}, {"bb", 10}}).holds());
}

TEST(LikeRanking, ATieForAMuchLargerDifferenceIsBroken) {
  EXPECT_TRUE(verdict({{"a", 10}, {"bb", 10.8}}, {{"a", 10}, {"bb", 10}}).holds()) << "a difference, but no large one";
  EXPECT_FALSE(verdict({{"a", 10}, {"bb", 13}}, {{"a", 10}, {"bb", 10}}).holds());
  EXPECT_FALSE(verdict({{"a", 10}, {"bb", 10}}, {{"a", 10}, {"bb", 13}}).holds()) << "nor may it invent one";
}

TEST(LikeRanking, OneFindingSeenLessClearlyHolds) {
  const auto clear = results_of({{"a", 10}, {"bb", 14}});
  const auto blurred = results_of({{"a", 10}, {"bb", 14}}, 1.2);
  const RankingVerdict verdict = compare_rankings(clear, blurred);
  ASSERT_EQ(verdict.pairs[0].original_ahead, Ahead::kFirst);
  ASSERT_EQ(verdict.pairs[0].clone_ahead, Ahead::kTie);
  EXPECT_TRUE(verdict.pairs[0].holds);
}

TEST(LikeRanking, WhatNoiseHidesIsNoDifference) {
  const auto original = results_of({{"a", 10}, {"bb", 11}}, 0.9);
  EXPECT_EQ(compare_rankings(original, original).pairs[0].original_ahead, Ahead::kTie);
}

TEST(LikeRanking, WhatTheExperimentCannotTellFromItselfIsATie) {
  auto original = results_of({{"a", 10}, {"bb", 12}});
  auto clone = results_of({{"a", 12}, {"bb", 10}});
  ASSERT_FALSE(compare_rankings(original, clone).holds());
  clone.aa.claimable = 0.3;
  EXPECT_TRUE(compare_rankings(original, clone).holds());
}

TEST(LikeRanking, WhereNetTimesAreNoiseTheWholeTimesCount) {
  auto results = results_of({{"a", 10}, {"bb", 20}});
  for (lab::AllocatorResult& allocator : results.allocators) {
    allocator.metrics["ns_per_op"] = allocator.metrics["ns_per_op_net"];
    allocator.metrics["ns_per_op_net"].samples[3] = -0.5;
  }
  EXPECT_EQ(compare_rankings(results, results).pairs[0].metric, "ns_per_op");
  EXPECT_EQ(compare_rankings(results_of({{"a"}, {"bb"}}), results_of({{"a"}, {"bb"}})).pairs[0].metric,
            "ns_per_op_net");
}

TEST(LikeRanking, WithoutFiguresNothingHolds) {
  const auto whole = results_of({{"a"}, {"bb"}, {"ccc"}});
  auto failed = whole;
  failed.allocators[1].failure = "it crashed";
  EXPECT_NE(compare_rankings(whole, failed).trouble.find("bb"), std::string::npos);
  EXPECT_FALSE(compare_rankings(whole, failed).holds());
  EXPECT_FALSE(compare_rankings(whole, results_of({{"a"}, {"bb"}, {"ccc"}}, 0.01, 2)).holds()) << "two rounds";
  EXPECT_FALSE(compare_rankings(results_of({{"a"}}), results_of({{"a"}})).holds()) << "one allocator has no rank";
}

}  // namespace
}  // namespace heapreel::like
