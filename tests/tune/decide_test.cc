// What may be recommended of rounds whose truth is known.
#include "tools/tune/decide.h"

#include <gtest/gtest.h>
#include <random>

namespace heapreel::tune {
namespace {

constexpr size_t kRounds = 15;
constexpr Claimable kClaimable = {.time = 0.01, .memory = 0.01};

// Rounds around `true_value`, each off by up to `noise`.
std::vector<double> rounds(double true_value, double noise, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> values;
  for (size_t i = 0; i < kRounds; ++i)
    values.push_back(true_value * (1 + noise * (static_cast<double>(random() % 2001) / 1000 - 1)));
  return values;
}

FinalRow row(const char* allocator, size_t settings, double time, double memory) {
  const auto seed = static_cast<uint64_t>(time * 1e6 + memory) + settings;
  return {.allocator = allocator,
          .settings = settings,
          .time = rounds(time, 0.005, seed),
          .memory = rounds(memory, 0.002, seed + 1)};
}

TEST(DecideTest, FindsWhatIsBetter) {
  const Decision decision =
      decide({row("glibc", 0, 20, 100), row("jemalloc", 0, 15, 120), row("glibc", 1, 20, 80)}, 0, kClaimable, 1);
  EXPECT_EQ(decision.for_speed, 1U);
  EXPECT_EQ(decision.for_memory, 2U);
  EXPECT_EQ(decision.for_both, 2U);
  EXPECT_FALSE(decision.rows[0].on_front);  // row 2 takes less memory in the same time
  EXPECT_TRUE(decision.rows[1].on_front);
  EXPECT_TRUE(decision.rows[2].on_front);
}

TEST(DecideTest, ATieIsNeverRecommended) {
  const Decision decision =
      decide({row("glibc", 0, 20, 100), row("glibc", 1, 19.9, 99.8), row("glibc", 2, 19.95, 100)}, 0, kClaimable, 1);
  EXPECT_FALSE(decision.for_speed);
  EXPECT_FALSE(decision.for_memory);
  EXPECT_FALSE(decision.for_both);
  // The same rows, if smaller differences could be claimed: it is the rule that holds them back.
  EXPECT_TRUE(decide({row("glibc", 0, 20, 100), row("glibc", 1, 19.5, 99.8)}, 0, {.time = 0.001}, 1).for_speed);
}

TEST(DecideTest, OfTiedRowsTheOneWithoutSettings) {
  const Decision decision =
      decide({row("glibc", 0, 20, 100), row("jemalloc", 2, 14.95, 100), row("jemalloc", 0, 15, 100)}, 0, kClaimable, 1);
  EXPECT_EQ(decision.for_speed, 2U);
}

TEST(DecideTest, ASettingMustBeatItsOwnDefault) {
  // Against the reference it gains, but so may its default: that difference cannot be claimed.
  std::vector<FinalRow> rows = {row("glibc", 0, 20, 100), row("jemalloc", 1, 19, 100), row("jemalloc", 0, 19.1, 100)};
  rows[2].time = rounds(19.4, 0.05, 9);
  EXPECT_NE(decide(rows, 0, kClaimable, 1).for_speed, 1U);
}

// What cannot be told apart for noise is not thereby as good.
TEST(DecideTest, NoiseMakesNoRowAsGoodAsAnother) {
  std::vector<FinalRow> rows = {row("glibc", 0, 20, 100), row("jemalloc", 0, 10, 130), row("mimalloc", 0, 16, 100)};
  for (size_t i = 0; i < kRounds; ++i) rows[0].time[i] = i % 2 == 0 ? 40 : 9;
  const Decision decision = decide(rows, 2, kClaimable, 1);
  EXPECT_TRUE(decision.rows[1].on_front);
  EXPECT_FALSE(decision.for_both);
}

TEST(DecideTest, TooFewRoundsClaimNothing) {
  std::vector<FinalRow> rows = {row("glibc", 0, 20, 100), row("jemalloc", 0, 10, 50)};
  for (FinalRow& one : rows) {
    one.time.resize(2);
    one.memory.resize(2);
  }
  EXPECT_FALSE(decide(rows, 0, kClaimable, 1).for_speed);
  EXPECT_FALSE(decide(rows, 0, kClaimable, 1).for_memory);
}

TEST(DecideTest, ARowThatFailedIsNeitherChosenNorInTheWay) {
  std::vector<FinalRow> rows = {row("glibc", 0, 20, 100), {.allocator = "jemalloc"}, row("mimalloc", 0, 15, 90)};
  const Decision decision = decide(rows, 0, kClaimable, 1);
  EXPECT_EQ(decision.for_speed, 2U);
  EXPECT_TRUE(decision.rows[2].on_front);
  EXPECT_FALSE(decision.rows[1].on_front);
}

}  // namespace
}  // namespace heapreel::tune
