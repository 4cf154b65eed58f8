// What each order, pace and way of touching promises, read off the log and the board of real runs.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/bench/replay_streams.h"
#include "tests/replayer/engine/log_entries.h"
#include "tests/replayer/engine/replayed.h"

namespace heapreel::engine_test {
namespace {

using measure::Order;
using measure::Pace;
using measure::Touch;

TEST(Orders, EachDoesEveryOp) {
  const auto events = bench::crowded_stream(40'000, 20);
  for (const Order order : {Order::kWindow, Order::kStrict, Order::kDeps}) {
    const auto plan = plan_of(events, order == Order::kStrict);
    const auto outcome = run(plan, "glibc", {.order = order});
    ASSERT_TRUE(outcome.good()) << static_cast<int>(order) << ": " << outcome.failure << '\n' << outcome.detail;
    EXPECT_EQ(ops_done(outcome), plan.header().ops);
  }
}

TEST(Orders, StrictIsTheRecordedOrder) {
  const auto plan = plan_of(bench::handing_stream(20'000), true);
  const auto outcome = run(plan, "glibc", {.order = Order::kStrict});
  ASSERT_TRUE(outcome.good()) << outcome.failure;
  std::vector<LogEntry> entries = entries_by_clock(plan, outcome);
  ASSERT_EQ(entries.size(), plan.header().stretches);
  std::ranges::sort(entries, {}, &LogEntry::seq);
  const uint64_t skew = lab::ticks_per_second() / 1'000'000;  // two processors' clocks agree to a fraction of that
  for (size_t i = 1; i < entries.size(); ++i)
    ASSERT_LT(entries[i - 1].ticks, entries[i].ticks + skew) << "stretch " << i;
}

// How far a thread that begins a stretch is ahead of the slowest one, at most.
uint64_t greatest_lead(const plan::PlanFile& plan, const lab::RunOutcome& outcome) {
  std::vector<uint64_t> at(plan.header().threads, 0);
  for (size_t i = 0; i < at.size(); ++i) at[i] = plan.threads()[i].first_seq;
  uint64_t lead = 0;
  for (const LogEntry& entry : entries_by_clock(plan, outcome)) {
    at[entry.thread] = entry.seq;
    lead = std::max(lead, entry.seq - *std::min_element(at.begin(), at.end()));
    if (entry.last) at[entry.thread] = ~uint64_t{0};
  }
  return lead;
}

TEST(Orders, TheWindowHoldsThreadsTogetherAndWithoutItTheyPart) {
  constexpr uint64_t kWindow = 2048;
  // One thread has much to do between its hand-overs, the other little: it would run ahead.
  Story story;
  story.birth(0, 10);
  story.start_thread(1, 0);
  for (int i = 0; i < 40'000; ++i) story.death(0, story.birth(0, 100'000, reel::Op::kCalloc));
  std::vector<reel::Event> events;
  for (size_t i = 0; i < story.events().size(); ++i) {
    reel::Event event = story.events()[i];
    if (i > 2 && i % 4 >= 2) {
      event.thread = 1;
      if (event.op == reel::Op::kCalloc) event.op = reel::Op::kMalloc;
      if (event.op == reel::Op::kMalloc) event.size = 16;
    }
    events.push_back(event);
  }
  // Births and deaths of a block must stay on one thread: the pairs begin at even places.
  const auto plan = plan_of(events);
  const auto held = run(plan, "glibc", {.order = Order::kWindow, .touch = Touch::kFull, .window_ops = kWindow});
  const auto free = run(plan, "glibc", {.order = Order::kDeps, .touch = Touch::kFull});
  ASSERT_TRUE(held.good() && free.good()) << held.failure << free.failure;
  EXPECT_LE(greatest_lead(plan, held), kWindow + 2 * plan::kStretchSpanOps);
  EXPECT_GT(greatest_lead(plan, free), 4 * kWindow);
}

TEST(Threads, StartWhenThoseBeforeThemHaveEnded) {
  Story story;
  story.birth(0, 100);
  for (uint32_t thread = 1; thread <= 100; ++thread) {
    story.start_thread(thread, 0);
    for (int i = 0; i < 50; ++i) story.death(thread, story.birth(thread, 1000));
    story.end_thread(thread);
    story.death(0, story.birth(0, 64));
  }
  const auto plan = plan_of(story.events());
  EXPECT_EQ(plan.header().threads_alive_max, 2U);
  const auto outcome = run(plan, "glibc", {});
  ASSERT_TRUE(outcome.good()) << outcome.failure;
  const auto threads = outcome.board.threads();
  for (size_t i = 2; i < threads.size(); ++i) EXPECT_GT(threads[i].begun_ticks, threads[i - 1].ended_ticks);
}

TEST(Paces, RecordedTimesAreKeptAtTheirSpeed) {
  Story story;
  for (int i = 0; i < 100; ++i) {
    story.death(0, story.birth(0, 100));
    story.pass(5'000'000);
  }
  const auto plan = plan_of(story.events());
  const auto outcome = run(plan, "glibc", {.pace = Pace::kTimes, .speed = 2.0});
  ASSERT_TRUE(outcome.good()) << outcome.failure;
  const measure::Board& board = outcome.board.board();
  const double took_s =
      static_cast<double>(board.ended_ticks - board.begun_ticks) / static_cast<double>(lab::ticks_per_second());
  EXPECT_GE(took_s, static_cast<double>(plan.header().duration_ns) / 1e9 / 2.0 * 0.999);
  const auto fast = run(plan, "glibc", {.pace = Pace::kFast});
  EXPECT_LT(fast.board.board().ended_ticks - fast.board.board().begun_ticks, board.ended_ticks - board.begun_ticks);
}

TEST(Paces, VirtualTimeLetsAnAllocatorPurge) {
  const auto plan = plan_of(bench::decaying_stream());
  const auto fast = run(plan, "jemalloc", {.pace = Pace::kFast, .pass = measure::Pass::kMemory});
  const auto virtual_time = run(plan, "jemalloc", {.pace = Pace::kVirtual, .pass = measure::Pass::kMemory});
  ASSERT_TRUE(fast.good() && virtual_time.good()) << fast.failure << virtual_time.failure;
  EXPECT_LT(virtual_time.board.board().rss_end_bytes, fast.board.board().rss_end_bytes / 4);
  EXPECT_GT(virtual_time.board.board().clock_calls, 0U);
}

TEST(Touching, IsWhatMakesMemoryResident) {
  Story story;
  for (int i = 0; i < 200; ++i) story.birth(0, 50'000);
  const auto plan = plan_of(story.events());
  const auto resident = [&plan](Touch touch) {
    const auto outcome = run(plan, "glibc", {.touch = touch});
    return outcome.board.board().rss_end_bytes - outcome.board.board().rss_base_bytes;
  };
  const uint64_t all = 200 * 50'000;
  EXPECT_LT(resident(Touch::kNone), all / 5);
  EXPECT_LT(resident(Touch::kFirst), all / 5);
  EXPECT_GT(resident(Touch::kPage), all * 9 / 10);
  EXPECT_GT(resident(Touch::kRecorded), all * 9 / 10);
  EXPECT_GT(resident(Touch::kFull), all * 9 / 10);
}

TEST(Harness, TakesNoMemoryOfItsOwn) {
  for (const auto& events : {bench::random_stream(100'000), bench::crowded_stream(100'000, 50)}) {
    const auto plan = plan_of(events);
    const auto outcome = run(plan, "null", {});
    ASSERT_TRUE(outcome.good()) << outcome.failure;
    const measure::Board& board = outcome.board.board();
    EXPECT_EQ(board.harness_allocations, 0U);
    EXPECT_LE(board.rss_end_bytes, board.rss_base_bytes + plan.header().threads_alive_max * 16'384);
  }
}

TEST(Harness, ReadsALargePlanAheadAndLetsItGo) {
  const auto plan = plan_of(bench::random_stream(1'500'000));
  ASSERT_GT(plan.header().file_bytes, 20U << 20);
  const auto bounded = run(plan, "null", {.plan_resident_bytes = 1 << 20});
  const auto whole = run(plan, "null", {});
  ASSERT_TRUE(bounded.good() && whole.good()) << bounded.failure << whole.failure;
  EXPECT_EQ(ops_done(bounded), plan.header().ops);
  EXPECT_LT(bounded.board.board().rss_file_bytes, plan.header().file_bytes / 2);
  EXPECT_GE(whole.board.board().rss_file_bytes, plan.header().file_bytes);
}

// Of a machine without hardware counters the kernel's own clock of the task still proves that threads are counted, too.
TEST(Harness, CountsWhatTheProcessorCounts) {
  const auto plan = plan_of(bench::handing_stream(300'000));
  const auto outcome = run(plan, "glibc", {});
  ASSERT_TRUE(outcome.good()) << outcome.failure;
  const auto& clock = outcome.board.board().counters[static_cast<size_t>(measure::Counter::kTaskClock)];
  if (clock.known == 0) GTEST_SKIP() << "perf_event_open(2) is not allowed here";
  uint64_t cpu_ns = 0;
  for (const measure::ThreadBoard& thread : outcome.board.threads()) cpu_ns += thread.cpu_ns;
  EXPECT_GT(clock.count, cpu_ns / 2);
}

TEST(Harness, StopsWhereItIsTold) {
  const auto plan = plan_of(bench::random_stream(50'000));
  const auto outcome = run(plan, "glibc", {.stop_at_seq = 10'000});
  ASSERT_TRUE(outcome.good()) << outcome.failure;
  EXPECT_GE(ops_done(outcome), 10'000U);
  EXPECT_LE(ops_done(outcome), 10'000U + plan::kStretchOps);
}

TEST(Latency, EveryCallIsInAHistogram) {
  const auto plan = plan_of(bench::handing_stream(50'000));
  const auto outcome = run(plan, "tcmalloc", {.pass = measure::Pass::kLatency});
  ASSERT_TRUE(outcome.good()) << outcome.failure;
  uint64_t counted = 0;
  for (const measure::Histogram& histogram : outcome.board.histograms())
    for (const uint64_t count : histogram.count) counted += count;
  EXPECT_EQ(counted + plan.header().ops_by_kind[static_cast<size_t>(plan::Kind::kSpawn)], plan.header().ops);
}

}  // namespace
}  // namespace heapreel::engine_test
