// Android's traces: what each line becomes, and which lines are none.
#include "tools/importers/android.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/importers/import_text.h"
#include "tests/importers/samples.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests

TEST(Android, EveryKindOfLine) {
  const ReadTrace trace = read_text(android_format(), sample("android/good.txt"));
  EXPECT_EQ(trace.error, "");
  EXPECT_EQ(trace.bad_lines, 0U);
  EXPECT_FALSE(trace.has_times);
  EXPECT_EQ(trace.events,
            (std::vector<Event>{
                malloc_of(0, 0, 1024, 1), malloc_of(0, 0, 24, 2), with(malloc_of(0, 0, 512, 3), Op::kCalloc),
                malloc_of(0, 1, 48, 4), free_of(0, 1, 2), realloc_of(0, 0, 4096, 1, 5),
                with(realloc_of(0, 0, 4000, 5, 6), Op::kRealloc),
                with(realloc_of(0, 1, 12, 0, 7), Op::kRealloc, reel::kNullOld),
                with(malloc_of(0, 2, 8192, 8), Op::kMemalign, 0, 12), free_of(0, 1, 0), note_of(0, 1, Op::kThreadEnd),
                free_of(0, 0, 4), free_of(0, 0, 6), with(malloc_of(0, 2, 4294967295, 0), Op::kMalloc, reel::kFailed),
                with(realloc_of(0, 2, 0, 7, 0), Op::kRealloc, reel::kNoResult), malloc_of(0, 0, 7, 9)}));
}

TEST(Android, TimesOfAllocationsAreTheirEnds) {
  const ReadTrace trace = read_text(android_format(), sample("android/good_times.txt"));
  EXPECT_EQ(trace.bad_lines, 0U);
  EXPECT_TRUE(trace.has_times);
  EXPECT_EQ(std::ranges::count(trace.lacks, "times"), 0);
  ASSERT_EQ(trace.events.size(), 8U);
  EXPECT_EQ(trace.events[0].time, 250U);
  EXPECT_EQ(trace.events[0].duration, 250U);
  EXPECT_EQ(trace.events[3].time, 1800U) << "a free's is its beginning";
  EXPECT_EQ(trace.events[3].duration, 60U);
  EXPECT_EQ(trace.events[6].time, 4800U) << "a thread's end";
  EXPECT_EQ(trace.repairs.times_raised, 1U) << "the second malloc ended before the calloc before it";
}

TEST(Android, ALineWithoutTimesHasThatOfTheLast) {
  const ReadTrace trace = read_text(
      android_format(), "1: thread_done 0x0\n2: malloc 0x10 8 500 600\n2: thread_done 0x0\n3: free 0x10 700 800\n");
  EXPECT_TRUE(trace.has_times);
  EXPECT_EQ(trace.repairs.times_raised, 0U);
  std::vector<uint64_t> times;
  for (const Event& event : trace.events) times.push_back(event.time);
  EXPECT_EQ(times, (std::vector<uint64_t>{0, 100, 100, 200})) << "from the first that has one";
}

TEST(Android, LinesThatAreNone) {
  const std::pair<const char*, const char*> cases[] = {
      {"hello", "1: it is not of the form 'THREAD: CALL POINTER ...'"},
      {"1 malloc 0x10 8", "1: it is not of the form 'THREAD: CALL POINTER ...'"},
      {"1: malloc", "1: it is not of the form 'THREAD: CALL POINTER ...'"},
      {"-1: malloc 0x10 8", "1: it is not of the form 'THREAD: CALL POINTER ...'"},
      {"4294967296: free 0x10", "1: it is not of the form 'THREAD: CALL POINTER ...'"},
      {"1: malloc 0x11111111111111111 8", "1: it is not of the form 'THREAD: CALL POINTER ...'"},
      {"1: maloc 0x10 8", "1: no such call is known"},
      {"1: malloc 0x10", "1: its numbers are not those of the call"},
      {"1: malloc 0x10 -8", "1: its numbers are not those of the call"},
      {"1: malloc 0x10 99999999999999999999", "1: its numbers are not those of the call"},
      {"1: malloc 0x10 8 7", "1: its numbers are not those of the call"},
      {"1: malloc 0x10 8 9 7", "1: its numbers are not those of the call"},
      {"1: malloc 0x10 8 1 2 3", "1: its numbers are not those of the call"},
      {"1: realloc 0x10 8", "1: its numbers are not those of the call"},
      {"1: calloc 0x10 4294967296 4294967296", "1: the size does not fit 64 bits"},
      {"1: free 0x10 now", "1: its numbers are not those of the call"}};
  for (const auto& [line, wanted] : cases) {
    const ReadTrace trace = read_text(android_format(), line);
    EXPECT_EQ(trace.first_complaint(), wanted) << line;
    EXPECT_TRUE(trace.events.empty()) << line;
  }
}

TEST(Android, AlignmentsThatAreNoPowersCountAsTheNext) {
  const ReadTrace trace =
      read_text(android_format(), "1: memalign 0x10 24 8\n1: memalign 0x20 1 8\n1: memalign 0x30 0 8\n");
  ASSERT_EQ(trace.events.size(), 3U);
  EXPECT_EQ(trace.events[0].align_log2, 5);
  EXPECT_EQ(trace.events[1].align_log2, 0);
  EXPECT_EQ(trace.events[2].align_log2, 0);
}

}  // namespace
}  // namespace heapreel::importers
