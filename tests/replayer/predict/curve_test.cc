#include "replayer/predict/curve.h"

#include <gtest/gtest.h>

namespace heapreel::predict {
namespace {

TEST(curve, is_straight_between_points_and_flat_outside) {
  const Curve curve({{10, 100}, {20, 200}});
  EXPECT_EQ(curve.at(0), 100);
  EXPECT_EQ(curve.at(10), 100);
  EXPECT_EQ(curve.at(15), 150);
  EXPECT_EQ(curve.at(20), 200);
  EXPECT_EQ(curve.at(99), 200);
  EXPECT_EQ(curve.peak(), 200);
}

TEST(curve, without_points_is_zero) {
  EXPECT_EQ(Curve().at(5), 0);
  EXPECT_EQ(Curve().peak(), 0);
}

TEST(curve, leaves_out_points_whose_time_does_not_rise) {
  const Curve curve({{10, 1}, {10, 50}, {5, 70}, {20, 2}});
  EXPECT_EQ(curve.points().size(), 2U);
  EXPECT_EQ(curve.peak(), 2);
}

}  // namespace
}  // namespace heapreel::predict
