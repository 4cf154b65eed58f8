// Byte sampling: its logarithm, its probabilities, and that its estimates are unbiased. Seeds are fixed.
#include "recorder/stacks/sample_clock.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace heapreel::stacks {
namespace {

constexpr uint64_t kEvery = 4096;

double probability(uint64_t size) { return -std::expm1(-static_cast<double>(size) / static_cast<double>(kEvery)); }

TEST(SampleClock, TheLogarithmIsGood) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 1'000'000; ++i) {
    const uint64_t bits = (random() >> (random() % 60)) | 1;
    ASSERT_NEAR(minus_log_of_fraction(bits), -std::log(static_cast<double>(bits) * 0x1p-64), 2e-6) << bits;
  }
  EXPECT_NEAR(minus_log_of_fraction(1), 64 * std::log(2), 2e-6);
  EXPECT_NEAR(minus_log_of_fraction(~uint64_t{0}), 0, 2e-6);
}

TEST(SampleClock, TakesEachSizeWithItsProbability) {
  for (const uint64_t size : {1, 16, 100, 4096, 50'000}) {
    SampleClock clock(kEvery, size);
    const int calls = size < 16 ? 20'000'000 : 2'000'000;
    int taken = 0;
    for (int i = 0; i < calls; ++i) taken += clock.take(size);
    const double p = probability(size);
    const double sigma = std::sqrt(calls * p * (1 - p));
    EXPECT_NEAR(taken, calls * p, 4 * sigma + 1) << size;
  }
}

struct Sums {
  double count = 0;
  double bytes = 0;
};

// A pattern that a plain "every so many bytes" counter would fall for: large blocks always after the same small ones.
template <class Take>
double relative_error_of_estimate(Take take) {
  Sums truth;
  Sums estimate;
  for (int i = 0; i < 400'000; ++i)
    for (const uint64_t size : {uint64_t{2000}, uint64_t{48}, uint64_t{2048}}) {
      truth.bytes += static_cast<double>(size);
      if (size == 48 && take(size)) estimate.bytes += 48 / probability(48);
      if (size != 48 && take(size)) estimate.bytes += static_cast<double>(size) / probability(size);
    }
  return estimate.bytes / truth.bytes - 1;
}

TEST(SampleClock, EstimatesBytesWithoutBias) {
  double sum = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    SampleClock clock(kEvery, seed);
    sum += relative_error_of_estimate([&](uint64_t size) { return clock.take(size); });
  }
  EXPECT_NEAR(sum / 8, 0, 0.001);
}

TEST(SampleClock, TheCheckNoticesABiasedClock) {
  uint64_t count = 0;
  const double error = relative_error_of_estimate([&](uint64_t size) {
    count += size;
    if (count < kEvery) return false;
    count -= kEvery;
    return true;
  });
  EXPECT_GT(std::abs(error), 0.01);
}

TEST(SampleClock, TakesAllWithoutAnInterval) {
  for (const uint64_t every : {0, 1}) {
    SampleClock clock(every, 5);
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(clock.take(static_cast<uint64_t>(i)));
  }
}

TEST(SampleClock, EmptyAllocationsCountAsOneByte) {
  SampleClock ones(kEvery, 9);
  SampleClock zeros(kEvery, 9);
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(ones.take(1), zeros.take(0));
}

TEST(SampleClock, SeedsMakeThreadsDiffer) {
  SampleClock one(kEvery, 1);
  SampleClock other(kEvery, 2);
  int different = 0;
  for (int i = 0; i < 10'000; ++i) different += one.take(1000) != other.take(1000);
  EXPECT_GT(different, 1000);
}

}  // namespace
}  // namespace heapreel::stacks
