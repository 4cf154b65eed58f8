#include "replayer/predict/curve.h"

#include <gtest/gtest.h>

#include "replayer/predict/program_record.h"

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

// A value that is looked at every 100 and repeated in between: constant to 300, then 80 at 400.
TEST(looks, a_rise_begins_at_the_look_before_it) {
  const Curve curve = join_looks({{0, 10}, {100, 10}, {200, 10}, {300, 10}, {350, 10}, {400, 80}, {450, 80}}, 100);
  EXPECT_EQ(curve.at(150), 10);
  EXPECT_EQ(curve.at(300), 10);
  EXPECT_EQ(curve.at(350), 45);
  EXPECT_EQ(curve.at(400), 80);
  EXPECT_EQ(curve.at(500), 80);
}

TEST(looks, steady_growth_is_a_straight_line) {
  const Curve curve = join_looks({{0, 0}, {50, 0}, {100, 10}, {150, 10}, {200, 20}}, 100);
  EXPECT_EQ(curve.at(50), 5);
  EXPECT_EQ(curve.at(150), 15);
}

}  // namespace
}  // namespace heapreel::predict
