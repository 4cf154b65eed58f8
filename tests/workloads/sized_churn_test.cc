// Small, medium, large and mixed: their sizes, the kinds of their calls, and lives that are brief or exponential.
#include <cmath>
#include <gtest/gtest.h>

#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using reel::Op;

// A normal deviate that a share of all lies below.
constexpr double kTenth = 1.2816;

struct Case {
  const char* name;
  uint64_t seed;
  uint64_t events;
  double median;
  double sigma;
  uint64_t least;
  uint64_t most;
  double brief;
};

class SizedChurn : public ::testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Kinds, SizedChurn,
                         ::testing::Values(Case{"small", 1, 250'000, 40, 0.7, 8, 256, 0.5},
                                           Case{"small", 77, 250'000, 40, 0.7, 8, 256, 0.5},
                                           Case{"medium", 1, 250'000, 2048, 1, 256, 32'768, 0.4},
                                           Case{"medium", 77, 250'000, 2048, 1, 256, 32'768, 0.4},
                                           Case{"large", 1, 200'000, 524'288, 1.1, 131'072, 16U << 20, 0.25},
                                           Case{"large", 77, 200'000, 524'288, 1.1, 131'072, 16U << 20, 0.25},
                                           Case{"mixed", 1, 250'000, 64, 2.2, 1, 8U << 20, 0.5},
                                           Case{"mixed", 77, 250'000, 64, 2.2, 1, 8U << 20, 0.5}));

TEST_P(SizedChurn, SizesAreLognormalWithinTheirBounds) {
  const Case& kind = GetParam();
  // Resizing draws other sizes.
  const Portrait portrait = portray(request_of(kind.name, kind.seed, kind.events, {"resized=0"}));
  SCOPED_TRACE(in_words(portrait));
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_GE(portrait.sizes.least(), kind.least);
  EXPECT_LE(portrait.sizes.most(), kind.most);
  EXPECT_NEAR(portrait.sizes.quantile(0.5), kind.median, 0.04 * kind.median);
  const double high = kind.median * std::exp(kTenth * kind.sigma);
  EXPECT_NEAR(portrait.sizes.quantile(0.9), high, 0.05 * high);
  const double low = std::max(kind.median * std::exp(-kTenth * kind.sigma), static_cast<double>(kind.least));
  EXPECT_NEAR(portrait.sizes.quantile(0.1), low, 0.06 * low + 1);
  EXPECT_EQ(portrait.remote_deaths, 0U);
  EXPECT_EQ(portrait.threads.size(), 2U);
}

TEST_P(SizedChurn, LivesAreBriefOrExponential) {
  const Case& kind = GetParam();
  Spread in_tables;
  uint64_t brief = 0;
  const Portrait portrait =
      portray(request_of(kind.name, kind.seed, kind.events, {"live=2000", "resized=0"}),
              [&, n = uint64_t{0}](const reel::Event&, const LiveBlock* ended, const LiveBlocks&) mutable {
                ++n;
                if (ended == nullptr || n < kind.events / 2) return;  // the short lives come first, at the beginning
                const uint64_t life = n - ended->born_event;
                brief += life < 64;
                if (life >= 64) in_tables.add(life);
              });
  const double share = static_cast<double>(brief) / static_cast<double>(brief + in_tables.count());
  EXPECT_NEAR(share, kind.brief, 0.02);
  // A place of 2000 is hit every so many events: births that are not brief are half of the others' events.
  const double mean = 2000 * 2 / (1 - kind.brief);
  EXPECT_NEAR(in_tables.mean(), mean, 0.06 * mean);
  EXPECT_NEAR(in_tables.quantile(0.5), mean * std::log(2), 0.07 * mean);
  EXPECT_NEAR(in_tables.quantile(0.9), mean * std::log(10), 0.15 * mean);
  EXPECT_NEAR(static_cast<double>(portrait.live_peak_objects), 2000, 17);
}

TEST(SizedChurnTest, DefaultsFillTheirTables) {
  const Portrait small = portray(request_of("small", 1, 600'000));
  EXPECT_NEAR(static_cast<double>(small.live_peak_objects), 100'000, 17);
  EXPECT_NEAR(static_cast<double>(small.live_peak_bytes), 100'000 * small.sizes.mean(), 100'000);
  const Portrait medium = portray(request_of("medium", 1, 300'000));
  EXPECT_NEAR(static_cast<double>(medium.live_peak_objects), 10'000, 17);
  EXPECT_NEAR(static_cast<double>(medium.live_peak_bytes), 35e6, 2e6);
  const Portrait large = portray(request_of("large", 1, 8000));
  EXPECT_LE(large.live_peak_objects, 48U + 16);
  EXPECT_GT(large.live_peak_bytes, 48U << 20);
}

TEST(SizedChurnTest, KindsOfCallAreThoseOfTheirLanguage) {
  const Portrait small = portray(request_of("small", 1, 200'000));
  EXPECT_EQ(small.count(Op::kNew), small.births);
  EXPECT_EQ(small.count(Op::kDeleteSized), small.deaths);
  const Portrait medium = portray(request_of("medium", 1, 200'000));
  EXPECT_EQ(medium.count(Op::kNew), 0U);
  const auto buffers = static_cast<double>(medium.count(Op::kMalloc) + medium.count(Op::kCalloc));
  EXPECT_NEAR(static_cast<double>(medium.count(Op::kCalloc)) / buffers, 0.1, 0.01);
  EXPECT_GT(medium.growth.least(), 48U);
  EXPECT_LE(medium.growth.most(), 200U);
  const Portrait large = portray(request_of("large", 1, 100'000));
  const double replaced = 0.75 * static_cast<double>(large.births);
  EXPECT_NEAR(static_cast<double>(large.count(Op::kRealloc)) / replaced, 0.15, 0.01);
}

TEST(SizedChurnTest, MixedHasItsCountInTheSmallAndItsBytesInTheLarge) {
  for (const uint64_t seed : {1, 77}) {
    double bytes = 0, above = 0;
    uint64_t misfits = 0;
    const Portrait portrait =
        portray(request_of("mixed", seed, 300'000), [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
          if (!reel::births(event.op, event.flags)) return;
          misfits += (event.op == Op::kNew) != (event.size <= 256);
          bytes += static_cast<double>(event.size);
          above += event.size > 8192 ? static_cast<double>(event.size) : 0;
        });
    EXPECT_NEAR(portrait.sizes.share_below(64), 0.5, 0.02);
    EXPECT_EQ(misfits, 0U) << "C++ up to 256 bytes, C above";
    EXPECT_NEAR(above / bytes, 0.5, 0.1);
  }
}

TEST(SizedChurnTest, WhatIsToldIsDone) {
  const Portrait other = portray(request_of("small", 1, 300'000, {"size=100", "brief=0", "live=500"}));
  EXPECT_NEAR(other.sizes.quantile(0.5), 100, 4);
  EXPECT_LT(other.life_events.share_below(64), 0.1);
  EXPECT_EQ(other.live_peak_objects, 500U);
}

TEST(SizedChurnTest, BoundsThatCrossAreRefused) {
  const auto crossed = workloads::prepare(request_of("mixed", 1, 10, {"size-min=1000", "size-max=10"}));
  ASSERT_FALSE(crossed);
  EXPECT_EQ(crossed.error().what, "size-min is above size-max");
}

}  // namespace
}  // namespace heapreel::tests
