// The heart beats through a long round, gives up on one without end, and is silent before it is begun.
#include "recorder/collector/heart.h"

#include <chrono>
#include <gtest/gtest.h>

namespace heapreel::collector {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

void pause(uint64_t beats) { std::this_thread::sleep_for(nanoseconds(beats * Heart::kBeatEveryNs)); }

// Whether the word changes, within a time that only a broken heart takes.
bool changes(const std::atomic<uint64_t>& word) {
  const uint64_t before = word.load();
  const auto end = steady_clock::now() + seconds(20);
  while (word.load() == before && steady_clock::now() < end) pause(1);
  return word.load() != before;
}

TEST(Heart, BeatsAtEveryRoundAndOnlyThenUntilBegun) {
  std::atomic<uint64_t> heartbeat{0};
  Heart heart(heartbeat);
  heart.beat();
  EXPECT_EQ(heartbeat.load(), 1);
  pause(3);
  EXPECT_EQ(heartbeat.load(), 1);
}

TEST(Heart, BeatsThroughALongRound) {
  std::atomic<uint64_t> heartbeat{0};
  Heart heart(heartbeat);
  heart.begin();
  heart.beat();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(changes(heartbeat));
}

TEST(Heart, StopsWhenARoundHasNoEndAndComesBackWithTheNext) {
  std::atomic<uint64_t> heartbeat{0};
  Heart heart(heartbeat, 3 * Heart::kBeatEveryNs);
  heart.begin();
  heart.beat();
  EXPECT_TRUE(changes(heartbeat));
  pause(20);  // it has stopped long since
  const uint64_t last = heartbeat.load();
  pause(5);
  EXPECT_EQ(heartbeat.load(), last);
  heart.beat();
  EXPECT_TRUE(changes(heartbeat));
}

}  // namespace
}  // namespace heapreel::collector
