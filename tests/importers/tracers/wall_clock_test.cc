// Times of three kinds, over midnight, with fractions of any length.
#include "tools/importers/tracers/wall_clock.h"

#include <gtest/gtest.h>

namespace heapreel::importers {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

uint64_t taken(WallClock& clock, std::string_view text) {
  TextCursor cursor(text);
  uint64_t ns = 0;
  EXPECT_TRUE(clock.take(cursor, ns)) << text;
  EXPECT_TRUE(cursor.at_end()) << text;
  return ns;
}

TEST(WallClock, SecondsSince1970) {
  WallClock clock;
  EXPECT_EQ(taken(clock, "1795302654.673472"), 1795302654673472000U);
  EXPECT_EQ(taken(clock, "1795302654.6734721239"), 1795302654673472123U) << "what is below a nanosecond is dropped";
  EXPECT_EQ(taken(clock, "1795302654"), 1795302654 * kSecond);
}

TEST(WallClock, SecondsSinceTheLineBefore) {
  WallClock clock;
  EXPECT_EQ(taken(clock, "0.000000"), 0U);
  EXPECT_EQ(taken(clock, "0.5"), kSecond / 2);
  EXPECT_EQ(taken(clock, "1.5"), 2 * kSecond);
}

TEST(WallClock, TimesOfDayGoOnAfterMidnight) {
  WallClock clock;
  EXPECT_EQ(taken(clock, "23:59:59.75"), (24 * 3600 - 1) * kSecond + 750'000'000);
  EXPECT_EQ(taken(clock, "00:00:01"), (24 * 3600 + 1) * kSecond);
  EXPECT_EQ(taken(clock, "00:00:00.9"), 24 * 3600 * kSecond + 900'000'000) << "a little back is no midnight";
}

TEST(WallClock, WhatIsNoTime) {
  for (const std::string_view text : {"", "x", ".5", "25:00:00x", "99999999999999999999.5", "18446744073.709551616x"}) {
    WallClock clock;
    TextCursor cursor(text);
    uint64_t ns = 0;
    EXPECT_FALSE(clock.take(cursor, ns) && cursor.at_end()) << text;
  }
}

}  // namespace
}  // namespace heapreel::importers
