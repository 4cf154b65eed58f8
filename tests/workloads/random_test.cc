// Chance: the same numbers on every machine, and spread as they should be.
#include "tools/workloads/stage/random.h"

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

#include "tests/workloads/spread.h"
#include "tools/workloads/stage/choice.h"

namespace heapreel::tests {
namespace {

using namespace workloads;  // NOLINT: the words of these tests

constexpr uint64_t kDraws = 200'000;

struct Moments {
  double mean = 0;
  double deviation = 0;
};

template <class Draw>
Moments moments_of(const Draw& draw) {
  double sum = 0, squares = 0;
  for (uint64_t i = 0; i < kDraws; ++i) {
    const double value = draw();
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kDraws;
  return {.mean = mean, .deviation = std::sqrt(squares / kDraws - mean * mean)};
}

// By another program, from the published description of xoshiro256++ and splitmix64.
TEST(RandomTest, IsTheSameOnEveryMachine) {
  Random zero(0, 0), some(1, 2), most(~uint64_t{0}, 1024);
  for (const uint64_t word : {0x84f09bf307c1073aU, 0xc82ffb597ceee51bU, 0xadf96905c5df4417U, 0xe9d9a8489d042c93U})
    EXPECT_EQ(zero.next(), word);
  for (const uint64_t word : {0xf0af956594200c45U, 0x326129ba704186f8U, 0xcf6abe707de6f972U, 0x75dbb2ab0895eb2bU})
    EXPECT_EQ(some.next(), word);
  for (const uint64_t word : {0x4b6ce9e6e59f09fbU, 0xc6ac5d7996ab7280U, 0x5c23572a54ccac9bU, 0x4928d82022b63c9dU})
    EXPECT_EQ(most.next(), word);
}

TEST(RandomTest, StreamsOfASeedHaveNothingInCommon) {
  Random one(7, 1), two(7, 2);
  uint64_t same_bits = 0;
  for (int i = 0; i < 1000; ++i) same_bits += static_cast<uint64_t>(std::popcount(~(one.next() ^ two.next())));
  EXPECT_NEAR(static_cast<double>(same_bits), 32'000, 600);
}

TEST(RandomTest, UnitAndChance) {
  Random random(1, 0);
  const Moments unit = moments_of([&] { return random.unit(); });
  EXPECT_NEAR(unit.mean, 0.5, 0.004);
  EXPECT_NEAR(unit.deviation, std::sqrt(1.0 / 12), 0.002);
  EXPECT_NEAR(moments_of([&] { return random.chance(0.2) ? 1.0 : 0.0; }).mean, 0.2, 0.005);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(1));
  }
}

TEST(RandomTest, BelowAndBetweenHitAllAlike) {
  Random random(1, 0);
  std::array<uint64_t, 7> counts{};
  for (uint64_t i = 0; i < kDraws; ++i) ++counts[random.below(7)];
  for (const uint64_t count : counts) EXPECT_NEAR(static_cast<double>(count), kDraws / 7.0, 700);
  Spread spread;
  for (uint64_t i = 0; i < 1000; ++i) spread.add(random.between(3, 5));
  EXPECT_EQ(spread.least(), 3U);
  EXPECT_EQ(spread.most(), 5U);
  EXPECT_EQ(random.below(1), 0U);
  EXPECT_EQ(random.between(9, 9), 9U);
}

TEST(RandomTest, NormalAndExponential) {
  Random random(1, 0);
  const Moments normal = moments_of([&] { return random.normal(); });
  EXPECT_NEAR(normal.mean, 0, 0.01);
  EXPECT_NEAR(normal.deviation, 1, 0.01);
  const Moments exponential = moments_of([&] { return random.exponential(250); });
  EXPECT_NEAR(exponential.mean, 250, 3);
  EXPECT_NEAR(exponential.deviation, 250, 5);
  EXPECT_EQ(random.exponential(0), 0);
}

TEST(RandomTest, Lognormal) {
  Random random(1, 0);
  const Moments logs = moments_of([&] { return std::log(random.lognormal(100, 1.5)); });
  EXPECT_NEAR(logs.mean, std::log(100), 0.02);
  EXPECT_NEAR(logs.deviation, 1.5, 0.01);
}

TEST(RandomTest, Pareto) {
  Random random(1, 0);
  uint64_t above = 0;
  for (uint64_t i = 0; i < kDraws; ++i) {
    const double value = random.pareto(10, 1.2);
    ASSERT_GE(value, 10);
    above += value > 100;
  }
  EXPECT_NEAR(static_cast<double>(above) / kDraws, std::pow(10, -1.2), 0.003);
}

TEST(SizeCurveTest, StaysWithinItsBounds) {
  Random random(1, 0);
  const SizeCurve curve{.median = 64, .sigma = 3, .least = 16, .most = 1000};
  Spread sizes;
  for (uint64_t i = 0; i < kDraws; ++i) sizes.add(curve.draw(random));
  EXPECT_EQ(sizes.least(), 16U);
  EXPECT_EQ(sizes.most(), 1000U);
  EXPECT_NEAR(sizes.quantile(0.5), 64, 4);
  const SizeCurve even{.median = 64, .sigma = 0};
  for (int i = 0; i < 100; ++i) EXPECT_NEAR(static_cast<double>(even.draw(random)), 64, 1);
}

// The first ranks against the sums that define them.
TEST(ZipfTest, HeadIsAsLikelyAsItShouldBe) {
  for (const double skew : {0.5, 0.99, 1.0, 1.7}) {
    constexpr uint64_t kRanks = 10'000;
    double whole = 0;
    for (uint64_t k = 1; k <= kRanks; ++k) whole += std::pow(static_cast<double>(k), -skew);
    const Zipf zipf(kRanks, skew);
    Random random(3, 0);
    std::vector<uint64_t> counts(kRanks);
    for (uint64_t i = 0; i < kDraws; ++i) ++counts.at(zipf.draw(random));
    for (uint64_t k = 0; k < 5; ++k) {
      const double expected = kDraws * std::pow(static_cast<double>(k + 1), -skew) / whole;
      EXPECT_NEAR(static_cast<double>(counts[k]), expected, 5 * std::sqrt(expected) + 1) << skew << " rank " << k;
    }
    const double head = std::accumulate(counts.begin(), counts.begin() + 100, 0.0);
    double share = 0;
    for (uint64_t k = 1; k <= 100; ++k) share += std::pow(static_cast<double>(k), -skew) / whole;
    EXPECT_NEAR(head / kDraws, share, 0.006) << skew;
  }
}

TEST(ZipfTest, TakesOneAndVeryMany) {
  Random random(3, 0);
  const Zipf one(1, 0.99);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.draw(random), 0U);
  const Zipf many(1'000'000'000'000, 0.5);
  uint64_t large = 0;
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t rank = many.draw(random);
    ASSERT_LT(rank, 1'000'000'000'000U);
    large += rank > 250'000'000'000;
  }
  EXPECT_NEAR(static_cast<double>(large), 5000, 250) << "half of all lie beyond a quarter, with a skew of one half";
}

TEST(WeightedChoiceTest, EachAsLikelyAsItsWeight) {
  const std::vector<double> weights{5, 0, 1, 1e-9, 10, 4, 0, 30};
  const WeightedChoice choice(weights);
  Random random(4, 0);
  std::vector<uint64_t> counts(weights.size());
  for (uint64_t i = 0; i < kDraws; ++i) ++counts.at(choice.draw(random));
  for (size_t i = 0; i < weights.size(); ++i)
    EXPECT_NEAR(static_cast<double>(counts[i]), kDraws * weights[i] / 50, 5 * std::sqrt(kDraws * weights[i] / 50) + 1);
  EXPECT_EQ(counts[1] + counts[6], 0U) << "what has no weight never comes";
}

TEST(WeightedChoiceTest, AmongOneAndAmongEqualOnes) {
  Random random(4, 0);
  const WeightedChoice one(std::vector<double>{0.001});
  EXPECT_EQ(one.draw(random), 0U);
  const WeightedChoice equal(std::vector<double>(1000, 0.1));
  std::vector<uint64_t> counts(1000);
  for (uint64_t i = 0; i < kDraws; ++i) ++counts.at(equal.draw(random));
  EXPECT_GT(*std::min_element(counts.begin(), counts.end()), 120U);
  EXPECT_LT(*std::max_element(counts.begin(), counts.end()), 280U);
}

}  // namespace
}  // namespace heapreel::tests
