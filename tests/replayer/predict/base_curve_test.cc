#include "replayer/predict/base_curve.h"

#include <gtest/gtest.h>

namespace heapreel::predict {
namespace {

constexpr uint64_t kMs = 1'000'000;

Curve every_10_ms(const std::vector<double>& values) {
  std::vector<CurvePoint> points;
  for (size_t i = 0; i < values.size(); ++i) points.push_back({i * 10 * kMs, values[i]});
  return Curve(points);
}

TEST(base_curve, looks_are_where_a_repeated_value_changes) {
  const std::vector<CurvePoint> looks = looks_of({{0, 5}, {10, 5}, {20, 7}, {30, 7}, {40, 5}});
  ASSERT_EQ(looks.size(), 3U);
  EXPECT_EQ(looks[1].time_ns, 20U);
  EXPECT_EQ(looks[2].value, 5);
}

// The whole jumps at 30 ms; the program's own was 10 at 0 and 60 at 50 ms.
TEST(base_curve, rises_when_the_whole_rises) {
  const Curve base = base_curve(every_10_ms({20, 20, 20, 70, 70, 70}), {{0, 10}, {50 * kMs, 60}});
  EXPECT_EQ(base.at(20 * kMs), 10);
  EXPECT_EQ(base.at(30 * kMs), 60);
  EXPECT_EQ(base.at(50 * kMs), 60);
}

TEST(base_curve, is_straight_where_the_whole_shows_nothing) {
  const Curve base = base_curve(every_10_ms({90, 90, 90, 90, 90}), {{0, 10}, {40 * kMs, 50}});
  EXPECT_EQ(base.at(10 * kMs), 20);
  EXPECT_EQ(base.at(20 * kMs), 30);
}

TEST(base_curve, follows_a_fall) {
  const Curve base = base_curve(every_10_ms({200, 200, 100, 100}), {{0, 100}, {30 * kMs, 20}});
  EXPECT_EQ(base.at(10 * kMs), 100);
  EXPECT_EQ(base.at(20 * kMs), 20);
}

// From 100 to 200 the program's own took nine tenths; from there it is not looked at.
TEST(base_curve, behind_the_last_look_shares_growth_as_before) {
  const Curve base = base_curve(every_10_ms({100, 200, 200, 300}), {{0, 50}, {10 * kMs, 140}});
  EXPECT_DOUBLE_EQ(base.at(30 * kMs), 140 + 0.9 * 100);
}

TEST(base_curve, behind_the_last_look_stays_where_growth_was_the_allocators) {
  const Curve base = base_curve(every_10_ms({100, 200, 200, 300}), {{0, 50}, {10 * kMs, 50.5}});
  EXPECT_NEAR(base.at(30 * kMs), 51, 0.1);
}

// At 50 ms the whole had just grown by 60, and 30 of it were taken for the program's own; at 400 ms it is known.
TEST(base_curve, young_memory_is_corrected_by_the_next_look) {
  std::vector<double> whole(50, 100);
  for (size_t i = 0; i < 5; ++i) whole[i] = 40;
  const Curve base = base_curve(every_10_ms(whole), {{0, 16}, {50 * kMs, 46}, {400 * kMs, 16}});
  EXPECT_EQ(base.at(50 * kMs), 16);
  EXPECT_EQ(base.at(200 * kMs), 16);
}

TEST(base_curve, young_is_all_since_the_look_before) {
  std::vector<double> whole(60, 100);
  for (size_t i = 0; i < 5; ++i) whole[i] = 40;
  const Curve base = base_curve(every_10_ms(whole), {{0, 15}, {300 * kMs, 46}, {500 * kMs, 16}});
  EXPECT_EQ(base.at(300 * kMs), 16);
}

// The whole did not grow before the look at 300 ms, so the look was right, and the program gave something back.
TEST(base_curve, control_old_memory_is_not_corrected) {
  const Curve base =
      base_curve(every_10_ms(std::vector<double>(60, 100)), {{0, 46.5}, {300 * kMs, 46}, {500 * kMs, 16}});
  EXPECT_EQ(base.at(300 * kMs), 46);
}

// From 100 to 200, of which the last look takes 15 for the program's own, where none of the growth before was.
TEST(base_curve, the_last_look_is_not_believed_a_small_part_of_growth) {
  const Curve whole = every_10_ms({50, 100, 200, 200});
  EXPECT_NEAR(base_curve(whole, {{0, 10}, {10 * kMs, 10.1}, {20 * kMs, 25}}).at(20 * kMs), 10.3, 0.1);
}

TEST(base_curve, control_the_last_look_is_believed_a_large_part) {
  const Curve whole = every_10_ms({50, 100, 200, 200});
  EXPECT_EQ(base_curve(whole, {{0, 10}, {10 * kMs, 10.1}, {20 * kMs, 90}}).at(20 * kMs), 90);
}

// In MB: the look at 10 ms has proven wrong by the next, so the last, which says as much of its growth, is not
// believed.
TEST(base_curve, the_last_look_is_not_believed_after_wrong_ones) {
  const Curve whole = every_10_ms({10e6, 20e6, 20e6, 24e6});
  const std::vector<CurvePoint> looks = {{0, 1e6}, {10 * kMs, 6e6}, {20 * kMs, 1.1e6}, {30 * kMs, 4.5e6}};
  EXPECT_NEAR(base_curve(whole, looks).at(30 * kMs), 1.15e6, 0.1e6);
}

TEST(base_curve, is_never_more_than_the_whole) {
  const Curve base = base_curve(every_10_ms({10, 30, 30}), {{0, 50}});
  EXPECT_EQ(base.at(0), 10);
  EXPECT_EQ(base.at(20 * kMs), 30);
  EXPECT_TRUE(base_curve(every_10_ms({10}), {}).empty());
}

}  // namespace
}  // namespace heapreel::predict
