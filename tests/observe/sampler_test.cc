// The sampler at work on children whose memory is known.
#include "recorder/observe/sampler.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/observe/child.h"

namespace heapreel::observe::tests {
namespace {

uint64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

// Waits until something is so; false if it never is.
template <class Condition>
bool eventually(Condition condition) {
  for (int tries = 0; tries < 5000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

void wait_for_samples(const Sampler& sampler, Sampler::Handle handle, uint64_t samples) {
  const uint64_t before = sampler.totals(handle).samples;
  ASSERT_TRUE(eventually([&] { return sampler.totals(handle).samples >= before + samples; }));
}

// A child with 50 MiB mapped by itself and 30 MiB by malloc, all touched, and 1,000 small blocks.
struct Scene {
  Child child;
  std::shared_ptr<MallocMap> map = std::make_shared<MallocMap>();
  uint64_t large = child.number(fmt::format("malloc {}", 30 * kMib));
  uint64_t own = child.number(fmt::format("map {}", 50 * kMib));

  explicit Scene(bool told) {
    child.ask(fmt::format("touch {} {}", large, 30 * kMib));
    child.ask(fmt::format("touch {} {}", own, 50 * kMib));
    const auto small = child.numbers("small 1000 1000");
    if (!told) return;
    map->born(large, 30 * kMib, 1);
    for (const uint64_t address : small) map->born(address, 1000, 1);
  }
};

// What was sampled once a walk has been made.
std::vector<reel::MemoryPoint> sample(Scene& scene) {
  Sampler sampler(now_ns, {.smaps_period_ns = 5'000'000, .smaps_share_max = 0.5});
  const auto handle = sampler.add(scene.child.pid(), scene.map);
  EXPECT_TRUE(handle);
  EXPECT_TRUE(eventually([&] { return sampler.totals(*handle).last.non_malloc_known; }));
  wait_for_samples(sampler, *handle, 2);
  return std::move(*reel::decode_memory(sampler.take(*handle).memory));
}

bool is_near(uint64_t value, uint64_t expected) { return value <= expected + kSlack && expected <= value + kSlack; }

TEST(Sampler, TellsMallocsMemoryFromTheProgramsOwn) {
  Scene scene(true);
  const auto points = sample(scene);
  ASSERT_FALSE(points.empty());
  const reel::MemoryPoint& last = points.back();
  EXPECT_TRUE(is_near(last.rss_anon_bytes, rss_anon_by_status(scene.child.pid()))) << last.rss_anon_bytes;
  EXPECT_TRUE(is_near(last.non_malloc_bytes, 50 * kMib)) << last.non_malloc_bytes;
  EXPECT_TRUE(points.front().non_malloc_known) << "a stretch is of one kind";
}

// The control: without the reports of births the same check must fail.
TEST(Sampler, WithoutReportsNothingIsMallocs) {
  Scene scene(false);
  const auto points = sample(scene);
  ASSERT_FALSE(points.empty());
  EXPECT_FALSE(is_near(points.back().non_malloc_bytes, 50 * kMib));
  EXPECT_TRUE(is_near(points.back().non_malloc_bytes, points.back().rss_anon_bytes));
}

// Every allocator keeps its memory in its own way; what it keeps after the frees is still its own.
class OfAllocator : public testing::TestWithParam<const char*> {};

TEST_P(OfAllocator, WhatItKeepsIsItsOwn) {
  const std::string library = fmt::format("/usr/lib/x86_64-linux-gnu/{}", GetParam());
  if (*GetParam() != 0 && access(library.c_str(), R_OK) != 0) GTEST_SKIP() << "not installed: " << library;
  Child child(*GetParam() != 0 ? library : "");
  auto map = std::make_shared<MallocMap>();
  uint64_t time = 0;
  Sampler sampler(now_ns, {.smaps_period_ns = 2'000'000, .smaps_share_max = 1});
  const auto non_malloc = [&] {
    const auto handle = sampler.add(child.pid(), map);
    EXPECT_TRUE(handle);
    EXPECT_TRUE(eventually([&] { return sampler.totals(*handle).smaps_period_ns > 0; })) << "two walks";
    const MemoryTotals totals = sampler.totals(*handle);
    sampler.remove(*handle);
    return static_cast<double>(totals.last.non_malloc_bytes);
  };
  const auto expected = 50 * kMib + non_malloc();  // tables that an allocator keeps apart count as non-malloc
  EXPECT_LT(expected, 56.0 * kMib);
  const uint64_t own = child.number(fmt::format("map {}", 50 * kMib));
  child.ask(fmt::format("touch {} {}", own, 50 * kMib));
  std::vector<uint64_t> blocks;
  for (const uint64_t bytes : {100, 1000, 5000, 50'000, 200'000, 3'000'000})
    for (const uint64_t address :
         child.numbers(fmt::format("small {} {}", std::min(10'000'000 / bytes, uint64_t{2000}), bytes))) {
      map->born(address, bytes, ++time);
      blocks.push_back(address);
    }
  EXPECT_NEAR(non_malloc(), expected, kMib);
  for (const uint64_t address : blocks) {
    child.ask(fmt::format("free {}", address));
    map->gone(address, ++time);
  }
  EXPECT_NEAR(non_malloc(), expected, kMib);
}

INSTANTIATE_TEST_SUITE_P(Allocators, OfAllocator,
                         testing::Values("", "libjemalloc.so.2", "libtcmalloc_minimal.so.4", "libmimalloc.so.2.0"));

TEST(Sampler, TheCurveFollowsTheProgram) {
  Child child;
  Sampler sampler(now_ns);
  const auto handle = sampler.add(child.pid(), std::make_shared<MallocMap>());
  ASSERT_TRUE(handle);
  const uint64_t block = child.number(fmt::format("malloc {}", 60 * kMib));
  wait_for_samples(sampler, *handle, 3);
  const uint64_t low = rss_anon_by_status(child.pid());
  child.ask(fmt::format("touch {} {}", block, 60 * kMib));
  const uint64_t high = rss_anon_by_status(child.pid());
  wait_for_samples(sampler, *handle, 3);
  child.ask(fmt::format("free {}", block));
  wait_for_samples(sampler, *handle, 3);
  const auto points = *reel::decode_memory(sampler.take(*handle).memory);
  const auto peak = std::ranges::max_element(points, {}, &reel::MemoryPoint::rss_anon_bytes);
  EXPECT_TRUE(is_near(points.front().rss_anon_bytes, low));
  EXPECT_TRUE(is_near(peak->rss_anon_bytes, high));
  EXPECT_TRUE(is_near(points.back().rss_anon_bytes, low));
  EXPECT_GT(points.back().user_ns + points.back().system_ns, 0U);
  EXPECT_TRUE(std::ranges::is_sorted(points, {}, &reel::MemoryPoint::time));
  const MemoryTotals totals = sampler.totals(*handle);
  EXPECT_EQ(totals.rss_anon_bytes_peak, peak->rss_anon_bytes);
  EXPECT_GT(totals.rss_anon_bytes_mean + kSlack, low);
  EXPECT_LT(totals.rss_anon_bytes_mean, peak->rss_anon_bytes);
}

TEST(Sampler, TotalsAreThoseOfTheWholeCurveHoweverItIsTaken) {
  Child child;
  Sampler sampler(now_ns, {.memory_period_ns = 1'000'000});
  const auto handle = sampler.add(child.pid(), nullptr);
  ASSERT_TRUE(handle);
  reel::proto::Metadata metadata;
  for (uint64_t step = 1; step <= 5; ++step) {
    child.ask(fmt::format("touch {} {}", child.number(fmt::format("map {}", step * kMib)), step * kMib));
    wait_for_samples(sampler, *handle, 3);
    *metadata.add_memory() = sampler.take(*handle).memory;
  }
  child.kill_it();
  ASSERT_TRUE(eventually([&] { return sampler.totals(*handle).ended; }));
  *metadata.add_memory() = sampler.take(*handle).memory;
  const auto curve = reel::memory_curve(metadata);
  ASSERT_TRUE(curve);
  const MemoryTotals totals = sampler.totals(*handle);
  EXPECT_EQ(curve->size(), totals.samples) << "every sample was handed out once";
  EXPECT_EQ(reel::rss_figures(*curve).peak_bytes, totals.rss_anon_bytes_peak);
  EXPECT_NEAR(static_cast<double>(reel::rss_figures(*curve).mean_bytes),
              static_cast<double>(totals.rss_anon_bytes_mean), 4096);
  EXPECT_FALSE(curve->back().non_malloc_known) << "nobody keeps a map";
}

TEST(Sampler, NotesOfBothSidesComeInOrder) {
  Child child;
  auto map = std::make_shared<MallocMap>();
  const uint64_t block = child.number(fmt::format("malloc {}", kMib));
  child.ask(fmt::format("touch {} {}", block, kMib / 2));
  map->born(block, kMib, now_ns());
  Sampler sampler(now_ns);
  const auto handle = sampler.add(child.pid(), map);
  ASSERT_TRUE(handle);
  ASSERT_TRUE(eventually([&] { return sampler.totals(*handle).residency_period_ns > 0; })) << "two passes";
  sampler.note(*handle, {.time = 7, .block = block, .touched_pages = 3, .occasion = reel::Occasion::kAtFree});
  const auto notes = reel::decode_residency(sampler.take(*handle).residency);
  ASSERT_TRUE(notes);
  ASSERT_EQ(notes->size(), 2U);
  EXPECT_EQ((*notes)[0].occasion, reel::Occasion::kAtFree);
  EXPECT_EQ((*notes)[0].touched_pages, 3U);
  EXPECT_EQ((*notes)[1].occasion, reel::Occasion::kByTime);
  EXPECT_EQ((*notes)[1].touched_pages, kMib / 2 / 4096 + 1);
  EXPECT_EQ(sampler.take(*handle).residency.time_steps_size(), 0) << "handed out once";
}

TEST(Sampler, CostlyLooksKeepToTheirShare) {
  Scene scene(true);
  Sampler sampler(now_ns, {.memory_period_ns = 1'000'000, .smaps_period_ns = 1'000'000, .smaps_share_max = 0.02});
  const auto handle = sampler.add(scene.child.pid(), scene.map);
  ASSERT_TRUE(handle);
  const uint64_t start_ns = now_ns();
  ASSERT_TRUE(
      eventually([&] { return sampler.totals(*handle).smaps_period_ns > 0 && now_ns() - start_ns > 400'000'000; }));
  const MemoryTotals totals = sampler.totals(*handle);
  const auto took_ns = static_cast<double>(now_ns() - start_ns);
  EXPECT_GT(totals.smaps_period_ns, 1'000'000U);
  const double walks = took_ns / static_cast<double>(totals.smaps_period_ns) + 1;
  const auto cost_ns = static_cast<double>(totals.smaps_cost_ns);
  EXPECT_LE(cost_ns, 0.02 * took_ns + 2 * cost_ns / walks) << "the last walk is paid for afterwards";
}

TEST(Sampler, AnotherImageEndsTheWatch) {
  Child child;
  Sampler sampler(now_ns);
  const auto first = sampler.add(child.pid(), nullptr);
  ASSERT_TRUE(first);
  EXPECT_EQ(child.ask("exec"), "ready");
  EXPECT_TRUE(eventually([&] { return sampler.totals(*first).ended; }));
  const auto second = sampler.add(child.pid(), nullptr);
  ASSERT_TRUE(second);
  wait_for_samples(sampler, *second, 10);
  EXPECT_FALSE(sampler.totals(*second).ended);
}

TEST(Sampler, AProgramMayGoOnWithoutItsFirstThread) {
  Child child;
  Sampler sampler(now_ns, {.smaps_period_ns = 5'000'000, .smaps_share_max = 0.5});
  const auto handle = sampler.add(child.pid(), std::make_shared<MallocMap>());
  ASSERT_TRUE(handle);
  EXPECT_EQ(child.ask("leave"), "ok");
  const uint64_t own = child.number(fmt::format("map {}", 10 * kMib));
  child.ask(fmt::format("touch {} {}", own, 10 * kMib));
  wait_for_samples(sampler, *handle, 5);
  ASSERT_TRUE(eventually([&] { return sampler.totals(*handle).last.non_malloc_bytes > 9 * kMib; }));
  const MemoryTotals totals = sampler.totals(*handle);
  EXPECT_FALSE(totals.ended);
  EXPECT_GE(totals.last.rss_anon_bytes, 10 * kMib);
}

// Processes die at any moment, also in the middle of a look.
TEST(Sampler, OutlivesItsProcesses) {
  Sampler sampler(now_ns, {.memory_period_ns = 200'000,
                           .cpu_period_ns = 400'000,
                           .smaps_period_ns = 100'000,
                           .residency_period_ns = 100'000,
                           .smaps_share_max = 1,
                           .residency_share_max = 1});
  for (int round = 0; round < 60; ++round) {
    Child child;
    auto map = std::make_shared<MallocMap>();
    const uint64_t block = child.number(fmt::format("malloc {}", 4 * kMib));
    map->born(block, 4 * kMib, 1);
    const auto handle = sampler.add(child.pid(), map);
    ASSERT_TRUE(handle);
    child.ask(fmt::format("touch {} {}", block, 2 * kMib));
    std::this_thread::sleep_for(std::chrono::microseconds(round * 100));
    child.kill_it();
    if (round % 3 == 0) child.reap();
    if (round % 5 == 0) sampler.remove(*handle);
    if (round % 5 == 0) continue;
    ASSERT_TRUE(eventually([&] { return sampler.totals(*handle).ended; })) << round;
    const auto points = reel::decode_memory(sampler.take(*handle).memory);
    ASSERT_TRUE(points);
    ASSERT_FALSE(points->empty());
    EXPECT_GT(points->back().rss_anon_bytes, 0U) << "a zombie's zeros are no reading";
    EXPECT_GT(sampler.totals(*handle).last.rss_anon_bytes, 0U) << "the last readings stay";
    const auto notes = reel::decode_residency(sampler.take(*handle).residency);
    EXPECT_TRUE(notes);
  }
}

TEST(Sampler, ItsThreadHasANameAndNoSignals) {
  Sampler sampler(now_ns);
  const auto handle = sampler.add(getpid(), nullptr);
  ASSERT_TRUE(handle);
  wait_for_samples(sampler, *handle, 2);  // until it runs, the C library itself has all signals blocked
  const auto files = ProcessFiles::open(getpid());
  const auto threads = files->threads();
  const auto own = std::ranges::find(threads, "heapreel-watch", &ThreadSeen::name);
  ASSERT_NE(own, threads.end());
  const std::string status = files->text(fmt::format("task/{}/status", own->tid).c_str());
  const size_t row = status.find("SigBlk:");
  ASSERT_NE(row, std::string::npos);
  const uint64_t blocked = std::stoull(status.substr(row + 7), nullptr, 16);
  for (const int number : {SIGINT, SIGTERM, SIGCHLD, SIGUSR1}) EXPECT_EQ(blocked >> (number - 1) & 1, 1U) << number;
  sigset_t mine;
  pthread_sigmask(SIG_SETMASK, nullptr, &mine);
  EXPECT_EQ(sigismember(&mine, SIGINT), 0) << "the owner's own mask is as it was";
}

TEST(Sampler, UnknownHandlesAndProcessesAreHarmless) {
  Sampler sampler(now_ns);
  EXPECT_FALSE(sampler.add(1 << 30, nullptr));
  EXPECT_EQ(sampler.take(99).memory.time_steps_size(), 0);
  EXPECT_EQ(sampler.totals(99).samples, 0U);
  sampler.note(99, {});
  sampler.remove(99);
}

}  // namespace
}  // namespace heapreel::observe::tests
