// Producers and consumers: every free is remote, the queue is full at most, and what is sent first goes first.
#include <gtest/gtest.h>

#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using reel::Op;

class ProducerConsumerTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, ProducerConsumerTest, ::testing::Values(1, 77));

TEST_P(ProducerConsumerTest, OneSideMakesTheOtherFrees) {
  const Portrait portrait = portray(request_of("producer-consumer", GetParam(), 300'000));
  SCOPED_TRACE(in_words(portrait));
  EXPECT_TRUE(portrait.faults.empty());
  ASSERT_EQ(portrait.threads.size(), 4U);
  EXPECT_EQ(portrait.remote_share(), 1);
  for (const size_t producer : {0U, 1U}) {
    EXPECT_EQ(portrait.threads[producer].deaths, 0U);
    EXPECT_NEAR(static_cast<double>(portrait.threads[producer].births), static_cast<double>(portrait.births) / 2,
                0.1 * static_cast<double>(portrait.births));
  }
  for (const size_t consumer : {2U, 3U}) EXPECT_EQ(portrait.threads[consumer].births, 0U);
  EXPECT_NEAR(static_cast<double>(portrait.count(Op::kMalloc)), static_cast<double>(portrait.count(Op::kNew)), 2)
      << "a node and a payload each";
  EXPECT_LE(portrait.live_peak_objects, 2U * (20'000 + 2 * 4));
}

TEST_P(ProducerConsumerTest, PayloadsAreLognormalAndQueueUpInOrder) {
  Spread payloads;
  uint64_t last = 0, overtaken = 0, freed = 0;
  portray(request_of("producer-consumer", GetParam(), 300'000),
          [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
            if (event.op == Op::kMalloc) payloads.add(event.size);
            if (event.op != Op::kFree) return;
            ++freed;
            overtaken += event.object + 40 < last;
            last = std::max(last, event.object);
          });
  EXPECT_NEAR(payloads.quantile(0.5), 256, 8);
  EXPECT_NEAR(payloads.quantile(0.9), 922, 40);
  // Consumers overtake each other by the messages they have in hand, and no more.
  EXPECT_LT(static_cast<double>(overtaken), 0.05 * static_cast<double>(freed));
}

TEST(ProducerConsumerTest, LoadFillsTheQueue) {
  const Portrait idle = portray(request_of("producer-consumer", 1, 300'000, {"load=20%"}));
  const Portrait over = portray(request_of("producer-consumer", 1, 300'000, {"load=200%"}));
  EXPECT_LT(idle.live_peak_objects, 2U * 8000);
  EXPECT_GT(over.live_peak_objects, 2U * 19'900);
  EXPECT_GT(over.live_end_objects, 2U * 15'000) << "it stays full";
  EXPECT_GT(over.life_ns.quantile(0.5), 5 * idle.life_ns.quantile(0.5));
}

TEST(ProducerConsumerTest, TakesOneConsumerAndMany) {
  for (const uint32_t threads : {2U, 3U, 9U, 32U}) {
    auto request = request_of("producer-consumer", 1, 100'000);
    request.threads = threads;
    const Portrait portrait = portray(request);
    EXPECT_TRUE(portrait.faults.empty()) << in_words(portrait);
    EXPECT_EQ(portrait.remote_share(), 1);
    for (size_t i = 0; i < threads; ++i) {
      EXPECT_EQ(portrait.threads[i].births > 0, i < threads / 2) << i;
      EXPECT_EQ(portrait.threads[i].deaths > 0, i >= threads / 2) << i;
    }
  }
}

}  // namespace
}  // namespace heapreel::tests
