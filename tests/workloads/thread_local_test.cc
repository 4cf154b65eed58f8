// Thread-local: nothing crosses, tables double, and what was built is torn down.
#include <gtest/gtest.h>
#include <map>

#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using reel::Op;

constexpr uint64_t kNode = 56;

class ThreadLocalTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, ThreadLocalTest, ::testing::Values(1, 77));

TEST_P(ThreadLocalTest, NothingCrosses) {
  const Portrait portrait = portray(request_of("thread-local", GetParam(), 1'000'000));
  SCOPED_TRACE(in_words(portrait));
  EXPECT_TRUE(portrait.faults.empty());
  ASSERT_EQ(portrait.threads.size(), 4U);
  EXPECT_EQ(portrait.remote_deaths, 0U);
  for (const ThreadPortrait& each : portrait.threads)
    EXPECT_NEAR(static_cast<double>(each.births), static_cast<double>(portrait.births) / 4,
                0.1 * static_cast<double>(portrait.births) / 4);
  // Words are looked up far more often than they are new; the strings for it die at once.
  EXPECT_LT(portrait.life_events.quantile(0.3), 4 * 3);
  EXPECT_GT(portrait.life_events.quantile(0.9), 50'000);
}

TEST_P(ThreadLocalTest, ASawtoothOnEveryThread) {
  auto request = request_of("thread-local", GetParam(), 1'000'000);
  request.threads = 1;
  uint64_t top = 0, falls = 0;
  portray(request, [&](const reel::Event&, const LiveBlock*, const LiveBlocks& live) {
    top = std::max(top, live.bytes());
    if (top < 1'000'000 || live.bytes() * 20 > top) return;
    ++falls;
    top = 0;
  });
  EXPECT_GE(falls, 4U);
}

TEST_P(ThreadLocalTest, TablesDoubleAndWordsAreZipfian) {
  auto request = request_of("thread-local", GetParam(), 600'000);
  request.threads = 1;
  std::map<uint64_t, uint64_t> tables;  // by size
  Spread texts;
  portray(request, [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
    if (event.op != Op::kNew || event.size == kNode) return;
    for (uint64_t buckets = 13; buckets < 200'000; buckets = 2 * buckets + 1)
      if (event.size == buckets * 8) ++tables[event.size];
    if (event.size < 100 && !std::has_single_bit(event.size)) texts.add(event.size);  // lists are powers of two
  });
  EXPECT_GE(tables[(13 * 512 + 511) * 8], 2U) << "each piece goes through all sizes";
  EXPECT_GE(tables[(13 * 1024 + 1023) * 8], 2U);
  EXPECT_EQ(texts.share_below(17), 0) << "what fits into a string makes no block";
  EXPECT_NEAR(texts.quantile(0.5), 22, 2);
}

TEST(ThreadLocalTest, VocabularyIsWhatLives) {
  const auto nodes = [](std::vector<std::string> parameters) {
    auto request = request_of("thread-local", 1, 500'000, std::move(parameters));
    request.threads = 1;
    uint64_t now = 0, most = 0;
    portray(request, [&](const reel::Event& event, const LiveBlock* ended, const LiveBlocks&) {
      if (event.op == Op::kNew && event.size == kNode) most = std::max(most, ++now);
      if (ended != nullptr && ended->size == kNode) --now;
    });
    return most;
  };
  EXPECT_EQ(nodes({"vocabulary=500"}), 500U);
  EXPECT_GT(nodes({"vocabulary=60k", "skew=0.5"}), nodes({"vocabulary=60k", "skew=1.2"}) * 2);
}

}  // namespace
}  // namespace heapreel::tests
