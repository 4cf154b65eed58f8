// Workloads of glibc's tracing: every op, the waits, and files that make no sense.
#include "tools/importers/wl.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/importers/import_text.h"
#include "tests/importers/packed_files.h"
#include "tests/importers/samples.h"
#include "tests/importers/wl_file.h"
#include "tests/trace_format/random_events.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests

constexpr uint8_t kMalloc = 2, kFree = 5, kRelease = 6, kAcquire = 7, kEnd = 1;  // NOLINT: one thing

TEST(Wl, EveryOp) {
  const ReadTrace trace = read_text(wl_format(), sample("wl/good.wl"));
  EXPECT_EQ(trace.error, "");
  ASSERT_EQ(trace.events.size(), 11U);
  EXPECT_EQ(trace.threads.size(), 2U);
  const auto has = [&](const Event& event) { return std::ranges::count(trace.events, event) == 1; };
  EXPECT_EQ(trace.events[0], malloc_of(0, 0, 100, 1));
  EXPECT_EQ(trace.events[1], with(malloc_of(0, 0, 300, 2), Op::kCalloc));
  EXPECT_TRUE(has(free_of(0, 0, 0))) << "block 0 is null";
  for (const auto& [op, align] :
       {std::pair{Op::kValloc, 0}, {Op::kPvalloc, 0}, {Op::kMemalign, 6}, {Op::kPosixMemalign, 4}})
    EXPECT_EQ(std::ranges::count_if(trace.events,
                                    [&, op = op, align = align](const Event& event) {
                                      return event.op == op && event.align_log2 == align;
                                    }),
              1);
  EXPECT_EQ(trace.repairs.unknown_frees + trace.repairs.unknown_reallocs + trace.repairs.implied_frees, 0U);
}

TEST(Wl, BlocksGoFromHandToHandInTheOrderOfTheirWaits) {
  // Each of many blocks is allocated by one thread and freed by the next one, which waits for it.
  constexpr uint32_t kThreads = 5;
  constexpr uint64_t kBlocks = 2000;
  std::vector<std::string> threads(kThreads);
  Random random(7);
  for (uint64_t block = 1; block <= kBlocks; ++block) {
    const uint64_t from = random.below(kThreads);
    const uint64_t to = (from + 1 + random.below(kThreads - 1)) % kThreads;
    threads[from] += wl_op(kMalloc, {block, block * 100}) + wl_op(kRelease, {block});
    threads[to] += wl_op(kAcquire, {block}) + wl_op(kFree, {block});
  }
  for (std::string& thread : threads) thread += wl_op(kEnd);
  const ReadTrace trace = read_text(wl_format(), wl_file(threads));
  EXPECT_EQ(trace.error, "");
  EXPECT_EQ(trace.events.size(), 2 * kBlocks);
  EXPECT_EQ(trace.repairs.unknown_frees, 0U) << "no free comes before its malloc";
  EXPECT_EQ(trace.repairs.implied_frees, 0U);
}

// Control: without the waits, frees do come first.
TEST(Wl, WithoutWaitsOrderIsLost) {
  std::string first = wl_op(kEnd);
  std::string second;
  for (uint64_t block = 100; block > 0; --block) {
    second += wl_op(kMalloc, {block, 8});
    first.insert(0, wl_op(kFree, {block}));
  }
  EXPECT_GT(read_text(wl_format(), wl_file({first, second + wl_op(kEnd)})).repairs.unknown_frees, 0U);
}

TEST(Wl, ThreadsKeepInStepByTheirShares) {
  // One thread has ten times the calls of the other: their last ones come close together.
  const auto calls = [](uint64_t count, uint64_t base) {
    std::string thread;
    for (uint64_t i = 0; i < count; ++i) thread += wl_op(kMalloc, {base + i, 8});
    return thread + wl_op(kEnd);
  };
  const ReadTrace trace = read_text(wl_format(), wl_file({calls(1000, 1), calls(10'000, 2000)}));
  ASSERT_EQ(trace.events.size(), 11'000U);
  size_t short_thread_ended = 0;
  for (size_t i = 0; i < trace.events.size(); ++i)
    if (trace.threads[trace.events[i].thread].number == 0) short_thread_ended = i;
  EXPECT_GT(short_thread_ended, 9'000U);
}

TEST(Wl, FilesThatMakeNoSense) {
  const auto error = [](const std::string& text) { return read_text(wl_format(), text).error; };
  const std::string end = wl_op(kEnd);
  EXPECT_EQ(error("").find("a thread's stream has no end"), 0U);
  EXPECT_EQ(error(wl_file({wl_op(kMalloc, {1, 8})})).find("a thread's stream has no end"), 0U);
  EXPECT_EQ(error(wl_file({wl_op(77) + end})).find("no such opcode is known"), 0U);
  EXPECT_EQ(error(wl_file({std::string("\x02") + std::string(20, '\xFF') + end})).find("a number does not fit 64 bits"),
            0U);
  EXPECT_EQ(error(wl_file({wl_op(kAcquire, {5}) + end})).find("1 threads wait for syncs that nobody releases"), 0U);
  EXPECT_EQ(error(wl_file({wl_op(kAcquire, {~uint64_t{0}}) + end})).find("a sync's number is too large"), 0U);
  EXPECT_EQ(
      error(wl_file({wl_op(kAcquire, {5}) + end, wl_op(kAcquire, {5}) + end})).find("two threads acquire one sync"),
      0U);
  EXPECT_EQ(error(wl_op(8, {1}) + wl_op(11, {500}) + end).find("the threads' streams overlap"), 0U);
  EXPECT_EQ(error(wl_op(8, {1}) + wl_op(11, {0}) + end).find("the threads' streams overlap"), 0U);
  const std::string good = sample("wl/good.wl");
  for (size_t cut = 0; cut < good.size(); ++cut) EXPECT_NE(error(good.substr(0, cut)), "") << cut;
}

TEST(Wl, CompressedFilesAreRefusedWithAHint) {
  const base::Buffer packed = gzipped(sample("wl/good.wl"));
  const std::string error = read_text(wl_format(), {reinterpret_cast<const char*>(packed.data()), packed.size()}).error;
  EXPECT_EQ(error,
            "a wl workload cannot be read out of a compressed file (expand it first, with gunzip, zstd -d or unzip)");
}

}  // namespace
}  // namespace heapreel::importers
