// Statistics against values that are known.
#include "replayer/lab/statistics.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

#include "replayer/lab/schedule.h"

namespace heapreel::lab {
namespace {

constexpr uint64_t kSeed = 5;

std::vector<double> normal(double mean, double deviation, size_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> draw(mean, deviation);
  std::vector<double> values(count);
  for (double& value : values) value = draw(random);
  return values;
}

TEST(StatisticsTest, Medians) {
  EXPECT_EQ(median({}), 0);
  EXPECT_EQ(median({3}), 3);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median({1, 1, 1, 100}), 1);
}

TEST(StatisticsTest, Quantiles) {
  EXPECT_EQ(quantile({1, 2, 3, 4, 5}, 0), 1);
  EXPECT_EQ(quantile({1, 2, 3, 4, 5}, 1), 5);
  EXPECT_EQ(quantile({5, 1}, 0.25), 2);
}

TEST(StatisticsTest, AnIntervalHoldsTheTruthAsOftenAsItSays) {
  int held = 0;
  constexpr int kTrials = 200;
  for (uint64_t trial = 0; trial < kTrials; ++trial) {
    const Estimate it = estimate(normal(10, 1, 20, 100 + trial), kSeed);
    if (it.low <= 10 && 10 <= it.high) ++held;
    EXPECT_LE(it.low, it.median);
    EXPECT_LE(it.median, it.high);
  }
  EXPECT_GE(held, kTrials * 90 / 100);
  EXPECT_LT(held, kTrials);  // an interval that always holds says nothing
}

TEST(StatisticsTest, SameSeedSameInterval) {
  const auto values = normal(1, 0.1, 15, 1);
  EXPECT_EQ(estimate(values, kSeed), estimate(values, kSeed));
  EXPECT_FALSE(estimate(values, kSeed) == estimate(values, kSeed + 1));
}

TEST(StatisticsTest, PairsTakeOutWhatARoundHasInCommon) {
  const std::vector<double> reference = {10, 30, 20, 50, 12};  // rounds that were slow were slow for both
  std::vector<double> faster;
  for (const double value : reference) faster.push_back(value * 0.9);
  const Estimate ratio = estimate(paired_ratios(faster, reference), kSeed);
  EXPECT_NEAR(ratio.median, 0.9, 1e-12);
  EXPECT_LT(half_width(ratio), 1e-9);
  EXPECT_GT(half_width(estimate(faster, kSeed)), 0.2);  // unpaired, they drown
  EXPECT_EQ(paired_ratios(std::vector<double>{1, 2}, std::vector<double>{0, 4}), std::vector<double>{0.5});
}

TEST(StatisticsTest, WhatMayBeClaimed) {
  const double least = claimable({.median = 1.001, .low = 0.996, .high = 1.003});
  EXPECT_NEAR(least, 0.004, 1e-12);
  EXPECT_TRUE(differs({.median = 0.9, .low = 0.89, .high = 0.91}, least));
  EXPECT_TRUE(differs({.median = 1.1, .low = 1.01, .high = 1.2}, least));
  EXPECT_FALSE(differs({.median = 1.01, .low = 1.002, .high = 1.02}, least));  // reaches into what A/A shows
  EXPECT_FALSE(differs({.median = 0.9, .low = 0.7, .high = 1.1}, least));
}

TEST(StatisticsTest, Drift) {
  EXPECT_NEAR(spearman_drift(std::vector<double>{1, 2, 3, 4, 5}), 1, 1e-12);
  EXPECT_NEAR(spearman_drift(std::vector<double>{9, 7, 5, 3}), -1, 1e-12);
  EXPECT_NEAR(spearman_drift(std::vector<double>{1, 2, 2, 1}), 0, 1e-12);
  EXPECT_EQ(spearman_drift(std::vector<double>{4, 4, 4}), 0);
  EXPECT_NEAR(spearman_drift(std::vector<double>{2, 1, 4, 3, 5}), 0.8, 1e-12);
  EXPECT_TRUE(drift_is_significant(0.95, 12));
  EXPECT_FALSE(drift_is_significant(0.5, 12));
  EXPECT_FALSE(drift_is_significant(1, 4));
}

TEST(ScheduleTest, EveryRoundHasEachRowOnceInAnOrderOfItsOwn) {
  std::vector<std::vector<size_t>> rounds;
  for (uint64_t round = 0; round < 20; ++round) {
    auto order = shuffled_round(8, kSeed, round);
    EXPECT_EQ(order, shuffled_round(8, kSeed, round));
    rounds.push_back(order);
    std::ranges::sort(order);
    for (size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
  }
  std::ranges::sort(rounds);
  EXPECT_EQ(std::ranges::unique(rounds).size(), 0U);
}

TEST(ScheduleTest, AQuickAnswerTakesWhatFits) {
  const Probe small{.seconds_fixed = 0.01, .seconds_an_op = 1e-8, .candidates = 4};
  Probe slow = small;
  slow.seconds_an_op = 1e-6;
  EXPECT_GT(ops_that_fit(small, 9), 1'000'000U);
  EXPECT_LT(ops_that_fit(slow, 9), ops_that_fit(small, 9) / 4);
  EXPECT_LT(ops_that_fit(small, 3), ops_that_fit(small, 9));
  EXPECT_EQ(ops_that_fit(slow, 0), 200'000U);  // nothing fits: the least there is
}

}  // namespace
}  // namespace heapreel::lab
