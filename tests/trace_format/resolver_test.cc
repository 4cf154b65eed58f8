// From addresses to objects: the threads of a capture merged into one order in which every object is born before it is
// used and dies once, with stamps that contradict each other by a little.
#include <gtest/gtest.h>
#include <map>

#include "tests/trace_format/events.h"
#include "tests/trace_format/reels.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

constexpr uint64_t kX = 0x1000;
constexpr uint64_t kY = 0x2000;
constexpr uint64_t kWait = 10'000;  // ticks of 1 ns

// Resolves with no, one and four workers, and demands that the result is the same.
Reading resolve(const std::vector<Event>& events, uint32_t block_events = 1U << 16) {
  const TemporaryFolder folder;
  const std::string path = folder.file("capture.reel");
  write_capture(path, events, {.block_events = block_events});
  Reading reading = read_events(path, 0);
  for (const unsigned threads : {1U, 4U}) {
    const Reading again = read_events(path, threads);
    EXPECT_EQ(again.events, reading.events);
    EXPECT_EQ(again.notes.inversions_repaired, reading.notes.inversions_repaired);
  }
  for (size_t i = 1; i < reading.events.size(); ++i) EXPECT_LE(reading.events[i - 1].time, reading.events[i].time);
  return reading;
}

std::string line_of(const Event& event) {
  std::string line = "T" + std::to_string(event.thread) + " " + std::string(traits(event.op).name);
  if (event.old_object != 0) line += " " + std::to_string(event.old_object) + " ->";
  if (event.object != 0) line += " " + std::to_string(event.object);
  if ((event.flags & kUnknown) != 0) line += " unknown";
  if ((event.flags & kImplied) != 0) line += " implied";
  return line;
}
std::vector<std::string> lines(const Reading& reading) {
  std::vector<std::string> all;
  for (const Event& event : reading.events) all.push_back(line_of(event));
  return all;
}
using Lines = std::vector<std::string>;

TEST(Resolver, AnotherThreadFrees) {
  const Reading reading = resolve({malloc_of(100, 1, 8, kX), free_of(200, 2, kX)});
  EXPECT_EQ(lines(reading), (Lines{"T1 malloc 1", "T2 free 1"}));
  EXPECT_EQ(reading.notes.inversions_repaired, 0U);
}

TEST(Resolver, AFreeStampedBeforeItsAllocationWaits) {
  const Reading reading = resolve({malloc_of(100, 1, 8, kX), free_of(95, 2, kX), malloc_of(300, 2, 8, kY)});
  EXPECT_EQ(lines(reading), (Lines{"T1 malloc 1", "T2 free 1", "T2 malloc 2"}));
  EXPECT_EQ(reading.notes.inversions_repaired, 1U);
  EXPECT_EQ(reading.events[1].time, 100U) << "times never decrease";
}

TEST(Resolver, ABirthStampedBeforeTheDeathAtItsAddressWaits) {
  const Reading reading = resolve({malloc_of(10, 1, 8, kX), free_of(105, 1, kX), malloc_of(100, 2, 8, kX)});
  EXPECT_EQ(lines(reading), (Lines{"T1 malloc 1", "T1 free 1", "T2 malloc 2"}));
  EXPECT_EQ(reading.notes.inversions_repaired, 1U);
}

TEST(Resolver, NobodyWaitsLongerThanTheLimit) {
  const Reading reading = resolve({malloc_of(100 + kWait + 1, 1, 8, kX), free_of(100, 2, kX)});
  EXPECT_EQ(lines(reading), (Lines{"T2 free unknown", "T1 malloc 1"}));
  EXPECT_EQ(reading.notes.inversions_repaired, 0U);
  const Reading in_time = resolve({malloc_of(100 + kWait, 1, 8, kX), free_of(100, 2, kX)});
  EXPECT_EQ(lines(in_time), (Lines{"T1 malloc 1", "T2 free 1"}));
}

TEST(Resolver, AReallocGivesItsOldAddressAwayBeforeItReturns) {
  const Reading reading =
      resolve({malloc_of(100, 1, 8, kX), realloc_of(300, 1, 99, kX, kY, 150), malloc_of(200, 2, 8, kX)});
  EXPECT_EQ(lines(reading), (Lines{"T1 malloc 1", "T2 malloc 2", "T1 realloc 1 -> 3"}));
  EXPECT_EQ(reading.notes.inversions_repaired, 0U);
}

TEST(Resolver, AReallocInPlaceIsANewObjectAtTheSameAddress) {
  const Reading reading = resolve({malloc_of(1, 1, 8, kX), realloc_of(5, 1, 99, kX, kX, 1), free_of(9, 1, kX)});
  EXPECT_EQ(lines(reading), (Lines{"T1 malloc 1", "T1 realloc 1 -> 2", "T1 free 2"}));
}

TEST(Resolver, FormsOfRealloc) {
  Event null_old = with(realloc_of(2, 1, 8, 0, kY), Op::kRealloc, kNullOld);
  Event failed = with(realloc_of(3, 1, 1000, kX, 0), Op::kReallocarray, kFailed);
  Event no_result = with(realloc_of(4, 1, 0, kX, 0), Op::kRealloc, kNoResult);
  const Reading reading = resolve({malloc_of(1, 1, 8, kX), null_old, failed, no_result, realloc_of(5, 1, 8, kX, kX)});
  EXPECT_EQ(lines(reading),
            (Lines{"T1 malloc 1", "T1 realloc 2", "T1 reallocarray 1 ->", "T1 realloc 1 ->", "T1 realloc 3 unknown"}));
}

TEST(Resolver, AFreeOfAnUnknownBlockIsUnknown) {
  const Reading reading = resolve({free_of(1, 1, kX), malloc_of(2, 1, 8, kX), free_of(3, 1, 0)});
  EXPECT_EQ(lines(reading), (Lines{"T1 free unknown", "T1 malloc 1", "T1 free"}));
}

TEST(Resolver, ADoubleFreeIsUnknownAndRemembersTheDead) {
  const Reading reading = resolve({malloc_of(1, 1, 8, kX), free_of(2, 1, kX), free_of(3, 2, kX), free_of(4, 2, kY)});
  EXPECT_EQ(lines(reading), (Lines{"T1 malloc 1", "T1 free 1", "T2 free unknown", "T2 free unknown"}));
  ASSERT_EQ(reading.second_frees.size(), 1U) << "of kY nothing is known";
  EXPECT_EQ(reading.second_frees[0].position, 2U);
  EXPECT_EQ(reading.second_frees[0].object, 1U);
}

TEST(Resolver, ABirthOverALiveBlockImpliesItsFree) {
  const Reading reading = resolve({malloc_of(1, 1, 8, kX), malloc_of(50'000, 2, 16, kX), free_of(70'000, 1, kX)});
  EXPECT_EQ(lines(reading), (Lines{"T1 malloc 1", "T2 free 1 implied", "T2 malloc 2", "T1 free 2"}));
  EXPECT_EQ(reading.events[1].time, 50'000U);
}

TEST(Resolver, GapsMarksAndOthersPassThrough) {
  const std::vector<Event> events = {note_of(1, 3, Op::kThreadStart, 2), note_of(2, 3, Op::kGap, 500),
                                     note_of(3, 3, Op::kMark, 7), note_of(4, 3, Op::kThreadEnd)};
  EXPECT_EQ(resolve(events).events, events);
}

TEST(Resolver, UsableSizeReadsTheLiving) {
  const Event of_x = with(free_of(2, 1, kX), Op::kUsableSize);
  Event of_y = with(free_of(3, 1, kY), Op::kUsableSize);
  EXPECT_EQ(lines(resolve({malloc_of(1, 1, 8, kX), of_x, of_y})),
            (Lines{"T1 malloc 1", "T1 usable_size 1", "T1 usable_size unknown"}));
}

TEST(Resolver, InheritedBlocksAreBirths) {
  const Event inherited = with(malloc_of(0, 1, 64, kX), Op::kInherited);
  EXPECT_EQ(lines(resolve({inherited, free_of(10, 2, kX)})), (Lines{"T1 inherited 1", "T2 free 1"}));
}

TEST(Resolver, EqualTimes) {
  std::vector<Event> events;
  for (uint32_t thread = 8; thread > 0; --thread) {
    events.push_back(malloc_of(5, thread, 8, thread * 0x100));
    events.push_back(free_of(5, thread, (thread % 8 + 1) * 0x100));
  }
  const Reading reading = resolve(events);
  ASSERT_EQ(reading.events.size(), 16U);
  for (const Event& event : reading.events) EXPECT_EQ(event.flags, 0) << line_of(event);
}

TEST(Resolver, WhoWaitsAtTheEndIsToldInTheEnd) {
  EXPECT_EQ(lines(resolve({malloc_of(100, 1, 8, kX), free_of(100, 2, kY)})), (Lines{"T1 malloc 1", "T2 free unknown"}));
  EXPECT_EQ(lines(resolve({malloc_of(100, 1, 8, kX), malloc_of(101, 1, 8, kY), free_of(99, 2, kY)})),
            (Lines{"T1 malloc 1", "T1 malloc 2", "T2 free 2"}));
}

TEST(Resolver, TwoWhoWaitForEachOtherGoOn) {
  const Reading reading =
      resolve({free_of(10, 1, kX), malloc_of(11, 1, 8, kY), free_of(10, 2, kY), malloc_of(11, 2, 8, kX)});
  ASSERT_EQ(reading.events.size(), 4U);
  const Lines told = lines(reading);
  EXPECT_EQ(
      std::count(told.begin(), told.end(), "T1 free unknown") + std::count(told.begin(), told.end(), "T2 free unknown"),
      1);
}

TEST(Resolver, AThousandThreads) {
  std::vector<Event> events;
  for (uint64_t i = 0; i < 20'000; ++i) {
    events.push_back(malloc_of(100 * i, static_cast<uint32_t>(i % 1000), 16, 0x10000 + i * 64));
    if (i >= 500) events.push_back(free_of(100 * i + 50, static_cast<uint32_t>(i % 1000), 0x10000 + (i - 500) * 64));
  }
  const Reading reading = resolve(events, 8);
  ASSERT_EQ(reading.events.size(), events.size());
  for (size_t i = 0; i < events.size(); ++i) {
    ASSERT_EQ(reading.events[i].thread, events[i].thread) << i;
    ASSERT_EQ(reading.events[i].object, (events[i].object - 0x10000) / 64 + 1) << i;
  }
}

}  // namespace
}  // namespace heapreel::reel
