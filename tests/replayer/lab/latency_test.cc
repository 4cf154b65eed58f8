// Quantiles of histograms whose contents are known.
#include "replayer/lab/latency.h"

#include <gtest/gtest.h>

namespace heapreel::lab {
namespace {

using measure::bucket_of;
using measure::CallGroup;
using measure::Histogram;
using measure::histogram_index;

constexpr uint64_t kHz = 1'000'000'000;  // a tick is a nanosecond

void add(Histogram& histogram, uint64_t ticks, uint64_t count) {
  histogram.count[bucket_of(ticks)] += count;
  histogram.max_ticks = std::max(histogram.max_ticks, ticks);
}

TEST(LatencyTest, QuantilesOfKnownCounts) {
  Histogram histogram{};
  add(histogram, 10, 989);
  add(histogram, 50, 10);
  add(histogram, 1 << 20, 1);
  EXPECT_EQ(count_of(histogram), 1000U);
  EXPECT_EQ(quantile_ticks(histogram, 0.5), 10U);
  EXPECT_EQ(quantile_ticks(histogram, 0.99), 50U);  // 990 calls took no longer
  EXPECT_EQ(quantile_ticks(histogram, 0.999), 50U);
  EXPECT_EQ(quantile_ticks(histogram, 1), uint64_t{1} << 20);
  EXPECT_EQ(quantile_ticks(Histogram{}, 0.5), 0U);
}

TEST(LatencyTest, SetsAddUp) {
  std::vector<Histogram> sets(2 * measure::kHistograms);
  const size_t small = histogram_index(CallGroup::kMalloc, 0, false);
  add(sets[small], 10, 3);
  add(sets[measure::kHistograms + small], 20, 4);
  add(sets[histogram_index(CallGroup::kFree, 0, true)], 99, 1);
  const LatencyTable table = latency_of(added_up(sets), kHz);
  ASSERT_EQ(table.by_group.size(), 2U);
  EXPECT_EQ(table.by_group[0].call, "malloc");
  EXPECT_EQ(table.by_group[0].count, 7U);
  EXPECT_EQ(table.by_group[0].max_ns, 20);
  EXPECT_EQ(table.by_group[1].call, "free");
  ASSERT_EQ(table.by_class.size(), 2U);
  EXPECT_EQ(table.by_class[1].remote, 1);
}

LatencyTable with(uint64_t ticks, uint64_t count) {
  std::vector<Histogram> sums(measure::kHistograms);
  add(sums[histogram_index(CallGroup::kMalloc, 0, false)], ticks, count);
  return latency_of(sums, kHz);
}

TEST(LatencyTest, TheMedianOfRunsStandsNoneIsDropped) {
  const LatencyTable table = median_latency({with(20, 100'000), with(30, 100'000), with(4000, 100'000)}, nullptr);
  EXPECT_EQ(table.by_group[0].ns[2], 30);
  EXPECT_EQ(table.by_group[0].max_ns, 30);
}

TEST(LatencyTest, WhatIsNotResolvedSaysSo) {
  const LatencyTable floor = with(20, 100'000);
  const LatencyTable slow = median_latency({with(40, 100'000)}, &floor);
  EXPECT_TRUE(slow.by_group[0].resolved[2]);
  const LatencyTable same = median_latency({with(20, 100'000)}, &floor);
  EXPECT_FALSE(same.by_group[0].resolved[2]);  // null shows it as well
  const LatencyTable few = median_latency({with(40, 999)}, &floor);
  EXPECT_FALSE(few.by_group[0].resolved[2]);  // fewer than ten calls beyond p99
  EXPECT_TRUE(few.by_group[0].resolved[1]);
}

}  // namespace
}  // namespace heapreel::lab
