// Combinations taken apart, by rounds whose truth is known.
#include "tools/tune/prune.h"

#include <gtest/gtest.h>

namespace heapreel::tune {
namespace {

constexpr Claimable kClaimable = {.time = 0.02, .memory = 0.02};

Samples samples(double time, double memory) {
  Samples result;
  for (int round = 0; round < 6; ++round) {
    const double luck = 1 + 0.001 * round;
    result.time.push_back(time * luck);
    result.memory.push_back(memory * luck);
  }
  return result;
}

Candidate with(std::initializer_list<const char*> names) {
  Candidate candidate{.allocator = "a", .settings = {}};
  for (const char* name : names) candidate.settings.push_back({.name = name, .value = "1", .variable = name});
  return candidate;
}

TEST(PruneTest, EachSettingIsLeftOutInTurn) {
  const auto parts = without_each(with({"x", "y", "z"}));
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0], with({"y", "z"}));
  EXPECT_EQ(parts[2], with({"x", "y"}));
}

TEST(PruneTest, WhatCostsNothingWhenItIsGoneGoes) {
  const auto left =
      pruned(with({"x", "y"}), samples(10, 100), {samples(12, 100), samples(10.1, 100)}, kClaimable, Objective::kBoth);
  EXPECT_EQ(left, std::vector{with({"x"})});
  // In memory y matters: for speed alone it still goes.
  const std::vector<Samples> without = {samples(12, 100), samples(10, 120)};
  EXPECT_EQ(pruned(with({"x", "y"}), samples(10, 100), without, kClaimable, Objective::kBoth),
            std::vector{with({"x", "y"})});
  EXPECT_EQ(pruned(with({"x", "y"}), samples(10, 100), without, kClaimable, Objective::kSpeed),
            std::vector{with({"x"})});
}

TEST(PruneTest, OfTwoThatDoTheSameOneStays) {
  const auto left = pruned(with({"x", "y", "z"}), samples(10, 100),
                           {samples(12, 100), samples(10, 100), samples(10.1, 100)}, kClaimable, Objective::kSpeed);
  EXPECT_EQ(left, (std::vector{with({"x"}), with({"x", "z"})}));
}

TEST(PruneTest, TooFewRoundsShowNothing) {
  Samples whole = samples(10, 100), without = samples(20, 100);
  whole.time.resize(2);
  without.time.resize(2);
  EXPECT_TRUE(pruned(with({"x"}), whole, {without}, kClaimable, Objective::kSpeed).empty());
}

}  // namespace
}  // namespace heapreel::tune
