// The public scales, and the urn.
#include <gtest/gtest.h>

#include "tools/workloads/like/grid.h"
#include "tools/workloads/like/urn.h"

namespace heapreel::like {
namespace {

TEST(LikeScales, EverySizeBelongsToTheLeastPointThatHoldsIt) {
  for (unsigned step = 0; step < 400; ++step) {
    ASSERT_EQ(size_step(size_at(step)), step);
    ASSERT_LT(size_at(step), size_at(step + 1)) << step;
    ASSERT_EQ(size_step(size_at(step) + 1), step + 1) << step;
  }
  EXPECT_EQ(size_at(16), 128U);
  EXPECT_EQ(size_at(17), 144U);
  EXPECT_EQ(size_step(~uint64_t{0}), size_step(kSizeMost)) << "whatever a record claims";
}

TEST(LikeScales, EveryLifetimeBelongsToTheStepThatItReaches) {
  for (unsigned step = 0; step < kLifeStepLast; ++step) {
    ASSERT_EQ(life_step(life_at(step)), step);
    ASSERT_EQ(life_step(life_at(step + 1) - 1), step);
  }
}

TEST(LikeUrn, GivesEachColourAsOftenAsItWasPutIn) {
  const std::vector<uint64_t> balls = {3, 0, 1, 50, 7, 0, 2};
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Urn urn(balls);
    workloads::Random random(seed, 0);
    std::vector<uint64_t> drawn(balls.size());
    urn.put_back(urn.draw(random));
    while (urn.left() != 0) ++drawn[urn.draw(random)];
    ASSERT_EQ(drawn, balls);
  }
}

TEST(LikeUrn, TheFirstDrawIsByShares) {
  int thick = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    Urn urn({10, 90});
    workloads::Random random(seed, 0);
    thick += urn.draw(random) == 1 ? 1 : 0;
  }
  EXPECT_NEAR(thick, 900, 60);
}

}  // namespace
}  // namespace heapreel::like
