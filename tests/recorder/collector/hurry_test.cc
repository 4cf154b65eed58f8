// When compression stops, and when it is afforded again.
#include "recorder/collector/hurry.h"

#include <gtest/gtest.h>

namespace heapreel::collector {
namespace {

constexpr uint64_t kMs = 1'000'000;
constexpr uint32_t kChunks = 256;

Hurry begun() {
  Hurry hurry;
  EXPECT_TRUE(hurry.sees(kChunks / 4, kChunks));
  return hurry;
}

TEST(Hurry, BeginsWhenAQuarterOfThePoolIsFull) {
  Hurry hurry;
  EXPECT_FALSE(hurry.sees(kChunks / 4 - 1, kChunks));
  EXPECT_FALSE(hurry.is_on());
  EXPECT_TRUE(hurry.sees(kChunks / 4, kChunks));
  EXPECT_TRUE(hurry.is_on());
  EXPECT_FALSE(hurry.sees(kChunks, kChunks));  // no news
}

TEST(Hurry, GoesOnWhileTheCollectorWorksForMoreThanAThirdOfTheTime) {
  Hurry hurry = begun();
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(hurry.sees_round(2 * kMs, 3 * kMs));
  EXPECT_TRUE(hurry.is_on());
}

TEST(Hurry, EndsWhenItHasTimeAgain) {
  Hurry hurry = begun();
  int ends = 0;
  for (int i = 0; i < 1000; ++i) ends += hurry.sees_round(1 * kMs, 4 * kMs) ? 1 : 0;
  EXPECT_EQ(ends, 1);
  EXPECT_FALSE(hurry.is_on());
}

TEST(Hurry, AShortRestDoesNotEndIt) {
  Hurry hurry = begun();
  EXPECT_FALSE(hurry.sees_round(1 * kMs, 50 * kMs));
  EXPECT_TRUE(hurry.is_on());
}

}  // namespace
}  // namespace heapreel::collector
