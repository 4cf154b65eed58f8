// Churn: nothing stays, and jobs free in three orders.
#include <gtest/gtest.h>
#include <map>

#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using reel::Op;

class ChurnTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, ChurnTest, ::testing::Values(1, 77));

TEST_P(ChurnTest, NothingStays) {
  const Portrait portrait = portray(request_of("churn", GetParam(), 300'000));
  SCOPED_TRACE(in_words(portrait));
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_EQ(portrait.count(Op::kNew), portrait.births);
  EXPECT_EQ(portrait.count(Op::kDeleteSized), portrait.deaths);
  EXPECT_EQ(portrait.remote_deaths, 0U);
  EXPECT_NEAR(portrait.sizes.quantile(0.5), 48, 2);
  // Two threads, each with a job of at most 200 and the results of one.
  EXPECT_LE(portrait.live_peak_objects, 2U * 220);
  EXPECT_GT(portrait.live_peak_objects, 2U * 150);
  EXPECT_LT(portrait.life_events.most(), 4U * 420);
}

// How often a thread frees something younger than what it freed before.
double younger_share(const workloads::GenerateRequest& request) {
  std::map<uint32_t, uint64_t> last;
  uint64_t younger = 0, pairs = 0;
  portray(request, [&](const reel::Event& event, const LiveBlock* ended, const LiveBlocks&) {
    if (ended == nullptr) {
      last.erase(event.thread);  // another job
      return;
    }
    if (last.contains(event.thread)) {
      ++pairs;
      younger += event.object > last[event.thread];
    }
    last[event.thread] = event.object;
  });
  return static_cast<double>(younger) / static_cast<double>(pairs);
}

// Half of the jobs never free something younger next, a quarter always, a quarter every other time.
TEST_P(ChurnTest, FreesInThreeOrders) {
  EXPECT_NEAR(younger_share(request_of("churn", GetParam(), 300'000)), 0.25 + 0.125, 0.03);
}

TEST(ChurnTest, ResultsLiveUntilTheNextJob) {
  const Portrait none = portray(request_of("churn", 1, 150'000, {"results=0"}));
  const Portrait all = portray(request_of("churn", 1, 150'000, {"results=100%"}));
  EXPECT_LE(none.live_peak_objects, 2U * 200);
  EXPECT_GT(all.live_peak_objects, none.live_peak_objects * 9 / 10);
  const Portrait large = portray(request_of("churn", 1, 150'000, {"job=5000", "size=400"}));
  EXPECT_GT(large.live_peak_objects, 5000U);
  EXPECT_NEAR(large.sizes.quantile(0.5), 400, 16);
}

}  // namespace
}  // namespace heapreel::tests
