// Curves, slowest calls and settings, from boards whose contents are known; and the settings of the real allocators.
#include <algorithm>
#include <gtest/gtest.h>

#include "replayer/lab/find_allocators.h"
#include "replayer/lab/identify.h"
#include "replayer/lab/latency_curve.h"
#include "replayer/lab/tiny_plan.h"

namespace heapreel::lab {
namespace {

using measure::bucket_of;
using measure::CallGroup;
using measure::Histogram;
using measure::SlowCalls;

constexpr uint64_t kHz = 1'000'000'000;  // a tick is a nanosecond

Histogram histogram_of(std::initializer_list<std::pair<uint64_t, uint64_t>> counts) {
  Histogram histogram{};
  for (const auto& [ticks, count] : counts) {
    histogram.count[bucket_of(ticks)] += count;
    histogram.max_ticks = std::max(histogram.max_ticks, ticks);
  }
  return histogram;
}

TEST(LatencyCurveTest, RunsFromTheFastestToTheSlowestCall) {
  const LatencyCurve curve = latency_curve("malloc", histogram_of({{10, 900}, {50, 99}, {1000, 1}}), kHz);
  ASSERT_EQ(curve.points.size(), 20U);  // three decades by six, both ends of them, and the maximum
  EXPECT_EQ(curve.points.front(), (QuantilePoint{0, 10}));
  EXPECT_NEAR(curve.points[6].quantile, 0.9, 1e-12);
  EXPECT_EQ(curve.points[6].ns, 10);
  EXPECT_EQ(curve.points[7].ns, 50);
  EXPECT_EQ(curve.points.back(), (QuantilePoint{1, 1000}));
  for (size_t i = 1; i < curve.points.size(); ++i) {
    EXPECT_GT(curve.points[i].quantile, curve.points[i - 1].quantile);
    EXPECT_GE(curve.points[i].ns, curve.points[i - 1].ns);
  }
}

TEST(LatencyCurveTest, IsBoundedWhateverTheNumberOfCalls) {
  EXPECT_EQ(latency_curve("free", histogram_of({{10, ~uint64_t{0} / 4}}), kHz).points.size(), kCurvePoints);
  EXPECT_EQ(latency_curve("free", histogram_of({{10, 1}}), kHz).points.size(), 2U);
  EXPECT_TRUE(latency_curve("free", Histogram{}, kHz).points.empty());
}

TEST(LatencyCurveTest, OfSeveralRunsTheMedianStandsAtEachQuantile) {
  std::vector<std::vector<LatencyCurve>> runs;
  for (const uint64_t slowest : {100, 3000, 200})
    runs.push_back({latency_curve("free", histogram_of({{10, 99}, {slowest, 1}}), kHz)});
  const std::vector<LatencyCurve> medians = median_curves(runs);
  ASSERT_EQ(medians.size(), 1U);
  EXPECT_EQ(medians[0].points.back().ns, 200);
  EXPECT_EQ(medians[0].points.front().ns, 10);
}

SlowCalls list_of(std::initializer_list<measure::SlowCall> calls) {
  SlowCalls list{};
  for (const measure::SlowCall& call : calls) list.call[list.calls++] = call;
  return list;
}

measure::SlowCall call_of(CallGroup group, uint64_t ticks, uint64_t size, uint32_t thread) {
  return {.ticks = ticks, .time_ns = 7, .size = size, .thread = thread, .group = group, .reserved = {}};
}

TEST(SlowCallsTest, TheSlowestOfAllThreadsAndRoundsStayInOrder) {
  std::vector<SlowCall> slowest;
  SlowCalls full{};
  while (full.calls < measure::kSlowCalls) {
    full.call[full.calls] = call_of(CallGroup::kMalloc, 100 + full.calls, 8, 0);
    ++full.calls;
  }
  add_slow_calls(slowest, std::vector{full, list_of({call_of(CallGroup::kFree, 500, 0, 1)})}, 2, kHz, 1);
  add_slow_calls(slowest, std::vector{list_of({call_of(CallGroup::kRealloc, 400, 64, 0)})}, 2, kHz, 2);
  ASSERT_EQ(slowest.size(), measure::kSlowCalls);
  EXPECT_EQ(slowest[0],
            (SlowCall{.ns = 500, .t_ns = 7, .thread = 1, .call = "free", .size = std::nullopt, .round = 1}));
  EXPECT_EQ(slowest[1], (SlowCall{.ns = 400, .t_ns = 7, .thread = 0, .call = "realloc", .size = 64, .round = 2}));
  EXPECT_EQ(slowest.back().ns, 102);
}

TEST(SlowCallsTest, WhatCannotBeIsLeftOut) {
  std::vector<SlowCall> slowest;
  SlowCalls bad = list_of({call_of(CallGroup::kMalloc, 9, 1, 2), call_of(static_cast<CallGroup>(99), 8, 1, 0),
                           call_of(CallGroup::kMalloc, 7, 1, 0)});
  add_slow_calls(slowest, std::vector{bad}, 2, kHz, 1);
  ASSERT_EQ(slowest.size(), 1U);
  EXPECT_EQ(slowest[0].ns, 7);
  bad.calls = ~uint64_t{0};  // more than there is room for: read as full
  add_slow_calls(slowest, std::vector{bad}, 2, kHz, 1);
  EXPECT_LE(slowest.size(), measure::kSlowCalls);
}

TEST(KnobsTest, WhatAnEnvironmentAsksFor) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(asked_of({"MALLOC_CONF=narenas:4,lg_tcache_max:12,narenas:8"}),
            (Pairs{{"narenas", "8"}, {"tcache_max", "4096"}}));
  EXPECT_EQ(asked_of({"GLIBC_TUNABLES=glibc.malloc.arena_max=2:glibc.rtld.nns=4", "MALLOC_MMAP_THRESHOLD_=65536"}),
            (Pairs{{"arena_max", "2"}, {"mmap_threshold", "65536"}}));
  EXPECT_EQ(asked_of({"TCMALLOC_RELEASE_RATE=0.5", "MIMALLOC_RESERVE_OS_MEMORY=2MiB", "LD_BIND_NOW=1"}),
            (Pairs{{"release_rate", "0.5"}, {"reserve_os_memory", "2048"}}));
  EXPECT_TRUE(asked_of({"MALLOC_CONF", "MALLOC_CONF=", "GLIBC_TUNABLES=:=", "X=1"}).empty());
}

TEST(KnobsTest, SameValuesInOtherWords) {
  for (const auto& [a, b] : {std::pair("true", "1"), {"0x10", "16"}, {"ON", "yes"}, {"-1", "-1"}, {"0.50", "0.5"}})
    EXPECT_TRUE(same_value(a, b)) << a;
  for (const auto& [a, b] : {std::pair("8", "4"), {"true", "false"}, {"always", "default"}, {"8k", "8"}, {"", "0"}})
    EXPECT_FALSE(same_value(a, b)) << a;
}

const Knob* find(const std::vector<Knob>& knobs, const std::string& name) {
  const auto found = std::ranges::find(knobs, name, &Knob::name);
  return found == knobs.end() ? nullptr : &*found;
}

TEST(KnobsTest, OnlyWhatTheAllocatorSaysItselfIsProven) {
  const auto knobs = knobs_of("narenas=4\nthp=default\nnonsense\n", {"MALLOC_CONF=narenas:8,gone:1,thp:default"});
  ASSERT_EQ(knobs.size(), 3U);
  EXPECT_EQ(find(knobs, "narenas")->proven, false);
  EXPECT_EQ(find(knobs, "gone")->proven, false);
  EXPECT_FALSE(find(knobs, "gone")->value);
  EXPECT_EQ(find(knobs, "thp")->proven, true);
  EXPECT_FALSE(find(knobs_of("thp=default\n", {}), "thp")->proven);  // nobody asked
}

class RealKnobsTest : public testing::TestWithParam<std::array<const char*, 4>> {
 protected:
  static std::vector<Knob> run_with(const std::string& allocator, const std::string& setting) {
    ::setenv("HEAPREEL_RUNNERS", RUNNERS_FOLDER, 1);
    auto choice = find_allocator(allocator);
    EXPECT_TRUE(choice);
    if (!setting.empty()) choice->settings.push_back(setting);
    const auto result = identify(*choice);
    EXPECT_TRUE(result && result->verified);
    return result->knobs;
  }
};

// By the allocator's own word in a run of its own: with a setting it names the value, without it another.
TEST_P(RealKnobsTest, AreReadBack) {
  const auto& [allocator, setting, name, value] = GetParam();
  const auto set = run_with(allocator, setting);
  ASSERT_NE(find(set, name), nullptr);
  EXPECT_EQ(find(set, name)->value, value);
  EXPECT_EQ(find(set, name)->proven, true);
  const auto unset = run_with(allocator, "");
  ASSERT_NE(find(unset, name), nullptr);
  EXPECT_NE(find(unset, name)->value, value);
  EXPECT_FALSE(find(unset, name)->proven);
}

INSTANTIATE_TEST_SUITE_P(Each, RealKnobsTest,
                         testing::Values(std::array{"jemalloc", "MALLOC_CONF=narenas:3", "narenas", "3"},
                                         std::array{"jemalloc", "MALLOC_CONF=lg_tcache_max:12", "tcache_max", "4096"},
                                         std::array{"tcmalloc", "TCMALLOC_RELEASE_RATE=0.5", "release_rate", "0.5"},
                                         std::array{"tcmalloc", "TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES=1048576",
                                                    "max_total_thread_cache_bytes", "1048576"},
                                         std::array{"mimalloc", "MIMALLOC_ALLOW_DECOMMIT=no", "allow_decommit", "0"},
                                         std::array{"glibc", "GLIBC_TUNABLES=glibc.malloc.tcache_count=0",
                                                    "tcache_count", "0"},
                                         std::array{"glibc", "MALLOC_ARENA_MAX=2", "arena_max", "2"}),
                         [](const auto& each) { return std::string(each.param[0]) + "_" + each.param[2]; });

TEST_F(RealKnobsTest, WhatAnAllocatorRefusesIsNotProven) {
  EXPECT_EQ(find(run_with("jemalloc", "MALLOC_CONF=narenas:none"), "narenas")->proven, false);
  EXPECT_EQ(find(run_with("mimalloc", "MIMALLOC_PURGE_DELAY=1"), "purge_delay")->proven, false);  // a later version's
  EXPECT_EQ(find(run_with("glibc", "GLIBC_TUNABLES=glibc.malloc.arena_max=0"), "arena_max")->proven, false);
}

// The timed loop of a real run leaves its slowest calls behind, and no other loop does.
TEST_F(RealKnobsTest, ALatencyRunNamesItsSlowestCalls) {
  ::setenv("HEAPREEL_RUNNERS", RUNNERS_FOLDER, 1);
  const auto plan = TinyPlan::create();
  const auto glibc = find_allocator("glibc");
  const auto timed = run_once({.plan = plan->ref(), .allocator = &*glibc, .orders = {.pass = measure::Pass::kLatency}});
  ASSERT_TRUE(timed && timed->good());
  std::vector<SlowCall> slowest;
  add_slow_calls(slowest, timed->board.slow_calls(), plan->ref().threads.size(), ticks_per_second(), 1);
  const LatencyTable table = latency_of(added_up(timed->board.histograms()), ticks_per_second());
  uint64_t calls = 0;
  double most_ns = 0;
  for (const CallLatency& row : table.by_group) {
    calls += row.count;
    most_ns = std::max(most_ns, row.max_ns);
  }
  ASSERT_EQ(slowest.size(), std::min<uint64_t>(calls, measure::kSlowCalls));
  EXPECT_EQ(slowest.front().ns, most_ns);
  const auto untimed = run_once({.plan = plan->ref(), .allocator = &*glibc, .orders = {}});
  ASSERT_TRUE(untimed);
  EXPECT_TRUE(untimed->board.slow_calls().empty());
}

}  // namespace
}  // namespace heapreel::lab
