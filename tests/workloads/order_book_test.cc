// An exchange: orders change hands, most are taken back, and what rests does so for a lognormal while.
#include <gtest/gtest.h>

#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using reel::Op;

constexpr uint64_t kOrder = 128;
constexpr uint64_t kIndex = 32;
constexpr uint64_t kCancel = 48;
constexpr uint64_t kReport = 160;

struct Trading {
  Portrait portrait;
  uint64_t orders = 0;
  uint64_t taken_back = 0;  // orders that had rested
  uint64_t filled = 0;
  Spread rested_ns;  // of those that were taken back
};

// The engine frees a resting order and its index, and then either the wish to have it back or the order that it met.
Trading watch(const workloads::GenerateRequest& request) {
  Trading trading;
  uint64_t index_gone = 0;
  uint64_t rested = 0;
  trading.portrait = portray(request, [&](const reel::Event& event, const LiveBlock* ended, const LiveBlocks&) {
    trading.orders += event.op == Op::kNewAligned;
    EXPECT_EQ(event.op == Op::kNewAligned, reel::births(event.op, event.flags) && event.size == kOrder);
    if (ended == nullptr || event.thread != 0) return;
    EXPECT_NE(ended->size == kOrder || ended->size == kCancel, ended->thread == 0) << "gateways made it";
    if (ended->size == kIndex) ++index_gone;
    if (ended->size == kOrder && index_gone == 0) rested = event.time - ended->born_ns;
    if (ended->size == kCancel && index_gone > 0) {
      ++trading.taken_back;
      trading.rested_ns.add(rested);
      index_gone = 0;
    } else if (ended->size == kOrder && index_gone > 0) {
      ++trading.filled;
      index_gone = 0;
    }
  });
  return trading;
}

class OrderBookTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, OrderBookTest, ::testing::Values(1, 77));

TEST_P(OrderBookTest, MostOrdersAreTakenBack) {
  const Trading trading = watch(request_of("order-book", GetParam(), 1'000'000, {"life=1ms", "crossing=2%"}));
  SCOPED_TRACE(in_words(trading.portrait));
  EXPECT_TRUE(trading.portrait.faults.empty());
  EXPECT_GT(trading.taken_back, 80'000U);
  EXPECT_GT(static_cast<double>(trading.taken_back), 0.9 * static_cast<double>(trading.taken_back + trading.filled));
  EXPECT_GT(trading.filled, 500U);
  EXPECT_NEAR(trading.rested_ns.quantile(0.5), 1e6, 0.15e6);
  EXPECT_GT(trading.rested_ns.quantile(0.9), 8e6) << "a long tail";
}

TEST_P(OrderBookTest, WhoMakesAndWhoFrees) {
  const Portrait portrait = portray(request_of("order-book", GetParam(), 400'000));
  SCOPED_TRACE(in_words(portrait));
  ASSERT_EQ(portrait.threads.size(), 4U);
  EXPECT_EQ(portrait.threads[1].deaths + portrait.threads[2].deaths, 0U) << "gateways free nothing";
  EXPECT_EQ(portrait.threads[3].births, 0U);
  EXPECT_EQ(portrait.threads[3].remote_deaths, portrait.threads[3].deaths) << "the publisher makes nothing";
  EXPECT_NEAR(portrait.remote_share(), 0.72, 0.05);
  EXPECT_EQ(portrait.count(Op::kNew) + portrait.count(Op::kNewAligned), portrait.births);
}

TEST(OrderBookTest, CrossingOrdersAreFilled) {
  const Trading few = watch(request_of("order-book", 1, 300'000, {"life=1ms", "crossing=0"}));
  const Trading many = watch(request_of("order-book", 1, 300'000, {"life=1ms", "crossing=40%"}));
  EXPECT_LT(static_cast<double>(few.filled), 0.05 * static_cast<double>(few.taken_back));
  EXPECT_GT(static_cast<double>(many.filled), 0.25 * static_cast<double>(many.taken_back));
}

TEST(OrderBookTest, OrdersThatRestLongerAreMore) {
  const Portrait brief = portray(request_of("order-book", 1, 500'000, {"life=100us"}));
  const Portrait lasting = portray(request_of("order-book", 1, 500'000, {"life=10ms"}));
  EXPECT_GT(lasting.live_end_objects, 10 * brief.live_end_objects);
}

// More than the engine can take: gateways wait for it, and memory stays as it is.
TEST(OrderBookTest, AFloodIsHeldBack) {
  const Portrait portrait = portray(request_of("order-book", 1, 800'000, {"interval=50ns", "life=10us"}));
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_LT(portrait.live_peak_objects, 250'000U);
}

}  // namespace
}  // namespace heapreel::tests
