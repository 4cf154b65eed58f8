// What the key-value store says of itself, on what it does: it loads, grows its table, sends through another thread,
// and fragments in the night.
#include <gtest/gtest.h>

#include "tests/workloads/portrait.h"

namespace heapreel::tests {
namespace {

using reel::Op;

workloads::GenerateRequest kv_store(uint64_t seed, std::vector<std::string> parameters = {}) {
  parameters.insert(parameters.begin(), "keys=20k");
  return {.workload = "kv-store", .output = "", .parameters = std::move(parameters), .seed = seed, .events = 1'000'000};
}

class KvStoreTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, KvStoreTest, ::testing::Values(1, 77));

TEST_P(KvStoreTest, DoesWhatItSays) {
  const Portrait portrait = portray(kv_store(GetParam()));
  SCOPED_TRACE(in_words(portrait));
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_EQ(portrait.threads.size(), 2U);
  // Four blocks a key: entry, key, object, value.
  EXPECT_NEAR(static_cast<double>(portrait.live_peak_objects), 80'000, 4000);
  // The table doubles from 4 to 32,768 slots.
  EXPECT_EQ(portrait.count(Op::kRealloc), 13U);
  EXPECT_NEAR(portrait.growth.quantile(0.5), 200, 2);
  // The replica frees what it was sent and makes nothing; nobody else frees what is not its own.
  EXPECT_EQ(portrait.threads[1].births, 0U);
  EXPECT_EQ(portrait.threads[1].remote_deaths, portrait.threads[1].deaths);
  EXPECT_EQ(portrait.threads[0].remote_deaths, 0U);
  EXPECT_GT(portrait.remote_deaths, 500U);
}

TEST_P(KvStoreTest, NightLeavesTheSameKeysWithSmallerValues) {
  Spread by_day, by_night;
  // A write makes an object of 16 bytes, the value, and the key's name.
  portray(kv_store(GetParam()), [&, before = reel::Event{}, two_before = reel::Event{}](
                                    const reel::Event& event, const LiveBlock*, const LiveBlocks&) mutable {
    const bool writes = two_before.op == Op::kMalloc && two_before.size == 16 && before.op == Op::kMalloc &&
                        before.size != 16 && event.op == Op::kMalloc && event.size != 24;
    if (writes && event.time < 300'000'000) by_day.add(before.size);
    if (writes && event.time > 2'000'000'000) by_night.add(before.size);
    two_before = before;
    before = event;
  });
  EXPECT_NEAR(by_day.quantile(0.5), 206, 12);
  EXPECT_NEAR(by_night.quantile(0.5), 206 * 0.45, 6);
  const Portrait all_day = portray(kv_store(GetParam(), {"night-values=1"}));
  const Portrait portrait = portray(kv_store(GetParam()));
  EXPECT_LT(static_cast<double>(portrait.live_end_bytes), 0.75 * static_cast<double>(portrait.live_peak_bytes));
  EXPECT_GT(static_cast<double>(all_day.live_end_bytes), 0.9 * static_cast<double>(all_day.live_peak_bytes));
  EXPECT_GT(static_cast<double>(portrait.live_end_objects), 0.9 * static_cast<double>(portrait.live_peak_objects));
}

TEST(KvStoreTest, ShardsShareTheKeys) {
  auto request = kv_store(1);
  request.threads = 5;
  const Portrait portrait = portray(request);
  EXPECT_TRUE(portrait.faults.empty());
  ASSERT_EQ(portrait.threads.size(), 5U);
  EXPECT_NEAR(static_cast<double>(portrait.live_peak_objects), 80'000, 4000);
  for (size_t shard = 0; shard + 1 < 5; ++shard)
    EXPECT_NEAR(static_cast<double>(portrait.threads[shard].births), static_cast<double>(portrait.births) / 4,
                0.1 * static_cast<double>(portrait.births));
}

TEST(KvStoreTest, ReadsMakeNothingThatStays) {
  const Portrait reads = portray(kv_store(1, {"reads=100%", "deletes=0", "night-writes=0"}));
  EXPECT_NEAR(static_cast<double>(reads.live_end_objects), 80'000, 100);
  EXPECT_LE(reads.life_events.quantile(0.99), 3);
}

}  // namespace
}  // namespace heapreel::tests
