// A service over hours: few calls a second, busier and quieter hours, a job every hour, objects that grow.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using reel::Op;

constexpr double kHour = 3.6e12;
constexpr uint64_t kSession = 4096;

double in_hours(uint64_t ns) { return static_cast<double>(ns) / kHour; }

class LongRunningTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, LongRunningTest, ::testing::Values(1, 77));

TEST_P(LongRunningTest, HoursOfFewCalls) {
  std::vector<uint64_t> arrivals(30);  // by hour
  const Portrait portrait = portray(request_of("long-running", GetParam(), 0),
                                    [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
                                      const auto hour = static_cast<size_t>(in_hours(event.time));
                                      arrivals.at(hour) += event.op == Op::kCalloc && event.size == kSession;
                                    });
  SCOPED_TRACE(in_words(portrait));
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_GT(in_hours(portrait.end_ns), 8);
  EXPECT_LT(portrait.events_per_second(), 100);
  EXPECT_EQ(portrait.remote_deaths, 0U);
  // 600 sessions of a dozen requests and a minute and a half each: 2000 an hour, 1.6 times as many around noon.
  EXPECT_NEAR(static_cast<double>(arrivals[1]), 2000 * (1 + 0.6 * 0.38), 250);
  EXPECT_NEAR(static_cast<double>(arrivals[6]), 2000 * (1 + 0.6 * 0.99), 250);
  EXPECT_GT(portrait.life_ns.quantile(0.999), 2 * kHour) << "what is seldom asked for stays for hours";
}

TEST_P(LongRunningTest, AReportEveryHour) {
  uint64_t before = 0;
  std::vector<double> risen(30);  // by hour
  auto request = request_of("long-running", GetParam(), 0);
  request.duration_ns = static_cast<uint64_t>(3.5 * kHour);
  portray(request, [&](const reel::Event& event, const LiveBlock*, const LiveBlocks& live) {
    const double at = in_hours(event.time);
    if (event.thread != 0) {
      if (at - static_cast<uint64_t>(at) > 0.5) before = live.bytes();  // the second half of an hour is calm
      return;
    }
    double& most = risen.at(static_cast<size_t>(at));
    most = std::max(most, static_cast<double>(live.bytes()) - static_cast<double>(before));
  });
  EXPECT_EQ(risen[0], 0);
  for (const size_t hour : {1U, 2U, 3U}) EXPECT_NEAR(risen[hour], 64e6 * 1.05, 6e6) << hour;
}

TEST(LongRunningTest, ObjectsGrowFromHourToHour) {
  const auto end_bytes = [](const char* drift) {
    auto request = request_of("long-running", 1, 0, {drift, "report=0"});
    request.duration_ns = static_cast<uint64_t>(4 * kHour);
    const Portrait portrait = portray(request);
    return static_cast<double>(portrait.live_end_bytes);
  };
  const double steady = end_bytes("drift=0");
  EXPECT_GT(end_bytes("drift=50%"), 1.3 * steady);
  EXPECT_GT(end_bytes("drift=6%"), steady);
}

TEST(LongRunningTest, NoSwingNoNoon) {
  std::vector<uint64_t> arrivals(30);
  auto request = request_of("long-running", 1, 0, {"swing=0"});
  request.duration_ns = static_cast<uint64_t>(7 * kHour);
  portray(request, [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
    arrivals.at(static_cast<size_t>(in_hours(event.time))) += event.op == Op::kCalloc;
  });
  EXPECT_NEAR(static_cast<double>(arrivals[6]), static_cast<double>(arrivals[1]), 300);
}

}  // namespace
}  // namespace heapreel::tests
