// When compression stops, and when it is afforded again.
#include "recorder/collector/hurry.h"

#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace heapreel::collector {
namespace {

constexpr uint64_t kMs = 1'000'000;
constexpr uint32_t kChunks = 256;

Hurry begun() {
  Hurry hurry;
  EXPECT_TRUE(hurry.sees(kChunks / 4, kChunks));
  return hurry;
}

// How often so many rounds of one kind change it. `waited_ns`: of each round.
int changes(Hurry& hurry, int rounds, uint64_t busy_ns, uint64_t rested_ns, uint64_t waited_ns) {
  int count = 0;
  for (int i = 1; i <= rounds; ++i)
    count += hurry.sees({.busy_ns = busy_ns, .rested_ns = rested_ns, .waited_ns = waited_ns * i}) ? 1 : 0;
  return count;
}

TEST(Hurry, BeginsWhenAQuarterOfThePoolIsFull) {
  Hurry hurry;
  EXPECT_FALSE(hurry.sees(kChunks / 4 - 1, kChunks));
  EXPECT_FALSE(hurry.is_on());
  EXPECT_TRUE(hurry.sees(kChunks / 4, kChunks));
  EXPECT_TRUE(hurry.is_on());
  EXPECT_FALSE(hurry.sees(kChunks, kChunks));  // no news
}

TEST(Hurry, BeginsWhenTheProcessorsAreCrowded) {
  Hurry alone;
  EXPECT_EQ(changes(alone, 1000, 1 * kMs, 4 * kMs, kMs / 4), 0);
  Hurry crowded;
  EXPECT_EQ(changes(crowded, 1000, 1 * kMs, 4 * kMs, kMs * 3 / 4), 1);
  EXPECT_TRUE(crowded.is_on());
}

TEST(Hurry, GoesOnWhileTheCollectorWorksForMoreThanAThirdOfTheTime) {
  Hurry hurry = begun();
  EXPECT_EQ(changes(hurry, 1000, 2 * kMs, 3 * kMs, 0), 0);
  EXPECT_TRUE(hurry.is_on());
}

TEST(Hurry, GoesOnWhileItWaitsForAProcessor) {
  Hurry hurry = begun();
  EXPECT_EQ(changes(hurry, 1000, 1 * kMs, 4 * kMs, kMs / 5), 0);
  EXPECT_TRUE(hurry.is_on());
}

TEST(Hurry, EndsWhenItHasTimeAgain) {
  Hurry hurry = begun();
  EXPECT_EQ(changes(hurry, 1000, 1 * kMs, 4 * kMs, 0), 1);
  EXPECT_FALSE(hurry.is_on());
}

TEST(Hurry, AShortRestDoesNotEndIt) {
  Hurry hurry = begun();
  EXPECT_EQ(changes(hurry, 1, 1 * kMs, 50 * kMs, 0), 0);
  EXPECT_TRUE(hurry.is_on());
}

// Two busy threads for each processor: each must wait about as long as it runs.
TEST(WaitedForProcessor, GrowsWhereProcessorsAreCrowded) {
  if (access("/proc/thread-self/schedstat", R_OK) != 0) GTEST_SKIP() << "this kernel does not count it";
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency(); ++i)
    threads.emplace_back([](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
      }
    });
  const uint64_t before_ns = waited_for_processor_ns();
  uint64_t sum = 0;
  while (waited_for_processor_ns() < before_ns + 5 * kMs && ++sum < 10'000'000) {
  }
  EXPECT_GE(waited_for_processor_ns(), before_ns + 5 * kMs);
}

}  // namespace
}  // namespace heapreel::collector
