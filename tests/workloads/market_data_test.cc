// Market data: aligned ticks that subscribers free, histories that double and are compressed, bursts that queue up.
#include <gtest/gtest.h>
#include <map>

#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using reel::Op;

class MarketDataTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, MarketDataTest, ::testing::Values(1, 77));

TEST_P(MarketDataTest, TicksAreAlignedAndFreedBySubscribers) {
  std::map<std::pair<Op, unsigned>, Spread> sizes;  // of aligned blocks, by call and alignment
  uint64_t ticks_freed = 0, ticks_remote = 0;
  const Portrait portrait = portray(request_of("market-data", GetParam(), 600'000),
                                    [&](const reel::Event& event, const LiveBlock* ended, const LiveBlocks&) {
                                      if (event.align_log2 != 0) sizes[{event.op, event.align_log2}].add(event.size);
                                      if (ended == nullptr || ended->op != Op::kAlignedAlloc) return;
                                      ++ticks_freed;
                                      ticks_remote += ended->thread == 0 && event.thread != 0;
                                    });
  SCOPED_TRACE(in_words(portrait));
  EXPECT_TRUE(portrait.faults.empty());
  ASSERT_EQ(sizes.size(), 3U);
  const Spread& ticks = sizes[{Op::kAlignedAlloc, 6}];
  const Spread& packets = sizes[{Op::kPosixMemalign, 6}];
  const Spread& columns = sizes[{Op::kPosixMemalign, 12}];
  EXPECT_EQ(ticks.least(), 128U);
  EXPECT_EQ(ticks.most(), 128U);
  EXPECT_EQ(packets.most(), 2048U);
  EXPECT_EQ(columns.most(), 2048U * 16 / 4);
  EXPECT_NEAR(static_cast<double>(ticks.count()) / static_cast<double>(packets.count()), 8.5, 0.2);
  EXPECT_EQ(ticks_remote, ticks_freed);
  EXPECT_GT(ticks_freed, 200'000U);
  EXPECT_NEAR(portrait.growth.quantile(0.5), 200, 3);
}

TEST_P(MarketDataTest, BurstsQueueUp) {
  const auto backlog = [&](std::vector<std::string> parameters) {
    Spread waiting;  // ticks alive, at each packet
    uint64_t now = 0;
    portray(request_of("market-data", GetParam(), 600'000, std::move(parameters)),
            [&](const reel::Event& event, const LiveBlock* ended, const LiveBlocks&) {
              now += event.op == Op::kAlignedAlloc;
              if (ended != nullptr && ended->op == Op::kAlignedAlloc) --now;
              if (event.op == Op::kPosixMemalign) waiting.add(now);
            });
    return waiting;
  };
  const Spread bursts = backlog({});
  EXPECT_GT(bursts.most(), 3000U);
  EXPECT_LT(bursts.quantile(0.02), 20) << "and when it is quiet nobody waits";
  EXPECT_LT(backlog({"burst=1"}).most(), 300U);
}

TEST(MarketDataTest, OldColumnsGo) {
  // One symbol's rows are compressed every 64 ticks, and two blocks of columns stay.
  auto request = request_of("market-data", 1, 150'000, {"symbols=1", "history=64", "columns=2"});
  request.threads = 2;
  uint64_t columns = 0, most = 0;
  portray(request, [&](const reel::Event& event, const LiveBlock* ended, const LiveBlocks&) {
    if (event.align_log2 == 12) most = std::max(most, ++columns);
    if (ended != nullptr && ended->align_log2 == 12) --columns;
  });
  EXPECT_EQ(most, 3U);
}

}  // namespace
}  // namespace heapreel::tests
