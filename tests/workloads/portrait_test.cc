// The portrait itself: what it says of a stream of which everything is known, and that no lie passes as a legal one.
#include "tests/workloads/portrait.h"

#include <gtest/gtest.h>

#include "tests/trace_format/vector_stream.h"

namespace heapreel::tests {
namespace {

using reel::Event;
using reel::Op;

// Two threads: a buffer that grows, a node that the other thread frees, an aligned block, and one that stays.
std::vector<Event> some_life() {
  return {{.time = 10, .size = 100, .object = 1, .op = Op::kMalloc},
          {.time = 20, .size = 1, .thread = 1, .op = Op::kThreadStart},
          {.time = 30, .size = 24, .object = 2, .thread = 1, .op = Op::kNew},
          {.time = 40, .size = 200, .object = 3, .old_object = 1, .op = Op::kRealloc},
          {.time = 50, .size = 24, .object = 2, .op = Op::kDeleteSized},
          {.time = 60, .size = 64, .object = 4, .op = Op::kAlignedAlloc, .align_log2 = 6},
          {.time = 70, .object = 3, .op = Op::kFree},
          {.time = 80, .size = 64, .object = 4, .thread = 1, .op = Op::kFreeAlignedSized, .align_log2 = 6},
          {.time = 90, .size = 8, .object = 5, .thread = 1, .op = Op::kMalloc},
          {.time = 95, .thread = 1, .op = Op::kThreadEnd}};
}

Portrait of(std::vector<Event> events) {
  VectorStream stream(std::move(events), 3);
  return portray(stream);
}

TEST(Portrait, OfAKnownStream) {
  const Portrait portrait = of(some_life());
  EXPECT_TRUE(portrait.faults.empty()) << in_words(portrait);
  EXPECT_EQ(portrait.events, 10U);
  EXPECT_EQ(portrait.births, 5U);
  EXPECT_EQ(portrait.deaths, 4U);
  EXPECT_EQ(portrait.remote_deaths, 2U);
  EXPECT_EQ(portrait.live_peak_bytes, 264U);
  EXPECT_EQ(portrait.live_peak_event, 5U);
  EXPECT_EQ(portrait.live_peak_ns, 60U);
  EXPECT_EQ(portrait.live_peak_objects, 2U);
  EXPECT_EQ(portrait.live_end_bytes, 8U);
  EXPECT_EQ(portrait.live_end_objects, 1U);
  EXPECT_EQ(portrait.growth.most(), 200U);
  EXPECT_EQ(portrait.life_events.least(), 2U);
  EXPECT_EQ(portrait.life_ns.most(), 30U);
  EXPECT_EQ(portrait.life_bytes.most(), 200U) << "the node lived while the buffer grew";
  EXPECT_EQ(portrait.threads[1].births, 2U);
  EXPECT_EQ(portrait.threads[1].remote_deaths, 1U);
  EXPECT_EQ(portrait.threads[1].first_ns, 20U);
}

TEST(Portrait, EveryLieIsNoticed) {
  struct Lie {
    const char* what;
    size_t at;
    void (*tell)(Event&);
  };
  const Lie lies[] = {{"time goes back", 4, [](Event& e) { e.time = 39; }},
                      {"freed twice", 6,
                       [](Event& e) {
                         e.object = 2;
                         e.op = Op::kDelete;
                       }},
                      {"freed before born", 4, [](Event& e) { e.object = 4; }},
                      {"a number left out", 5, [](Event& e) { e.object = 5; }},
                      {"another size", 4, [](Event& e) { e.size = 25; }},
                      {"another alignment", 7, [](Event& e) { e.align_log2 = 5; }},
                      {"another kind", 4, [](Event& e) { e.op = Op::kFreeSized; }},
                      {"an array's delete", 4, [](Event& e) { e.op = Op::kDeleteArraySized; }},
                      {"realloc of the dead", 3, [](Event& e) { e.old_object = 2; }},
                      {"no start", 1, [](Event& e) { e.op = Op::kMark; }},
                      {"a second start", 9, [](Event& e) { e.op = Op::kThreadStart; }},
                      {"an unknown creator", 1, [](Event& e) { e.size = 3; }},
                      {"after the end", 8, [](Event& e) { e = {.time = 90, .thread = 1, .op = Op::kThreadEnd}; }},
                      {"aligned without alignment", 5, [](Event& e) { e.align_log2 = 0; }},
                      {"alignment of malloc", 0, [](Event& e) { e.align_log2 = 5; }}};
  for (const Lie& lie : lies) {
    std::vector<Event> events = some_life();
    lie.tell(events[lie.at]);
    EXPECT_FALSE(of(events).faults.empty()) << lie.what;
  }
}

TEST(Portrait, SpreadKnowsItsValues) {
  Spread spread;
  for (uint64_t i = 1; i <= 100'000; ++i) spread.add(i);
  EXPECT_EQ(spread.least(), 1U);
  EXPECT_EQ(spread.most(), 100'000U);
  EXPECT_DOUBLE_EQ(spread.mean(), 50'000.5);
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99})
    EXPECT_NEAR(spread.quantile(share), share * 100'000, share * 1600 + 1);
  EXPECT_DOUBLE_EQ(spread.share_below(64), 63.0 / 100'000);
  EXPECT_DOUBLE_EQ(spread.share_below(65'536), 65'535.0 / 100'000);
  EXPECT_EQ(Spread().quantile(0.5), 0);
}

TEST(Portrait, SpreadTakesTheExtremes) {
  Spread spread;
  spread.add(0);
  spread.add(~uint64_t{0});
  EXPECT_EQ(spread.quantile(0.1), 0);
  EXPECT_GT(spread.quantile(0.9), 1.8e19);
}

}  // namespace
}  // namespace heapreel::tests
