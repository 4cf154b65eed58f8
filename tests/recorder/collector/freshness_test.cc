// A wish for fresh knowledge is answered, wakes whom it is asked of, and waits for nobody for long.
#include "recorder/collector/freshness.h"

#include <gtest/gtest.h>
#include <thread>

namespace heapreel::collector {
namespace {

TEST(Freshness, IsAskedForAndGiven) {
  std::atomic<uint32_t> asleep{0};
  Freshness freshness(asleep);
  std::atomic<int> looks{0};
  std::thread collector([&] {
    while (looks.load() < 3) {
      if (!freshness.asked()) continue;
      const uint32_t question = freshness.question();
      looks.fetch_add(1);
      freshness.given(question);
    }
  });
  while (looks.load() < 3) freshness.ask();
  collector.join();
  EXPECT_FALSE(freshness.asked());
}

TEST(Freshness, NobodyStandsStillForIt) {
  std::atomic<uint32_t> asleep{0};
  Freshness freshness(asleep);
  freshness.ask();  // returns, though nobody answers
  freshness.ask();
  EXPECT_TRUE(freshness.asked());
  freshness.given(freshness.question());
  EXPECT_FALSE(freshness.asked());
}

TEST(Freshness, WakesACollectorThatSleeps) {
  std::atomic<uint32_t> asleep{1};
  Freshness freshness(asleep);
  freshness.ask();
  EXPECT_EQ(asleep.load(), 0U);
}

}  // namespace
}  // namespace heapreel::collector
