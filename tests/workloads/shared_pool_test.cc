// A shared pool: who frees is by chance who made, popular objects stay, and there is room for so many.
#include <gtest/gtest.h>

#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using reel::Op;

class SharedPoolTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SharedPoolTest, ::testing::Values(1, 77));

TEST_P(SharedPoolTest, AllButOneInNFreesAreRemote) {
  for (const uint32_t threads : {2U, 4U, 10U}) {
    auto request = request_of("shared-pool", GetParam(), 100'000);
    request.threads = threads;
    const Portrait portrait = portray(request);
    EXPECT_TRUE(portrait.faults.empty());
    EXPECT_NEAR(portrait.remote_share(), 1 - 1.0 / threads, 0.01) << threads;
  }
}

TEST_P(SharedPoolTest, HasRoomForSoMany) {
  Spread bodies;
  const Portrait portrait = portray(request_of("shared-pool", GetParam(), 300'000),
                                    [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
                                      if (event.op == Op::kMalloc && event.size != 80) bodies.add(event.size);
                                    });
  SCOPED_TRACE(in_words(portrait));
  EXPECT_EQ(portrait.count(Op::kFreeSized), portrait.deaths);
  EXPECT_GE(portrait.live_peak_objects, 16'000U);
  EXPECT_LE(portrait.live_peak_objects, 16'000U + 2 * 4 + 1);
  EXPECT_NEAR(bodies.quantile(0.5), 3072, 120);
  EXPECT_NEAR(bodies.quantile(0.9), 3072 * 4.65, 0.05 * 3072 * 4.65);
}

TEST(SharedPoolTest, WhatIsAskedForStays) {
  const Portrait skewed = portray(request_of("shared-pool", 1, 600'000, {"skew=1.1"}));
  const Portrait even = portray(request_of("shared-pool", 1, 600'000, {"skew=0.01"}));
  EXPECT_GT(skewed.life_events.quantile(0.98), 3 * skewed.life_events.quantile(0.5));
  EXPECT_LT(even.life_events.quantile(0.98), 3 * even.life_events.quantile(0.5));
  EXPECT_GT(skewed.seconds(), 1.3 * even.seconds()) << "more is found, less is loaded";
}

}  // namespace
}  // namespace heapreel::tests
