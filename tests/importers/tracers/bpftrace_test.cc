// What malloc.bt prints, and the order of it.
#include "tools/importers/tracers/bpftrace.h"

#include "tests/importers/tracers/trace.h"
#include "tools/importers/tracers/time_sorter.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests
using reel::Event;
using reel::Op;

const std::string kHead = "Attaching 22 probes...\n# heapreel malloc.bt 1\n";

TEST(Bpftrace, EachLineIsACall) {
  const Trace trace = read_trace(bpftrace_format(), kHead +
                                                        "malloc 7 8 100 24 0x10\n"
                                                        "calloc 7 8 101 3 100 0x20\n"
                                                        "realloc 7 8 102 0x10 50 0x30\n"
                                                        "reallocarray 7 8 103 0x0 4 25 0x40\n"
                                                        "posix_memalign 7 8 104 128 300 0x0\n"
                                                        "memalign 7 8 105 64 200 0x50\n"
                                                        "free 7 9 106 0x30\n"
                                                        "free 7 9 107 0x0\n");
  EXPECT_EQ(trace.bad_lines.size(), 0U);
  const std::vector<Event> expected = {
      {.time = 100, .size = 24, .object = 0x10, .thread = 8, .op = Op::kMalloc},
      {.time = 101, .size = 300, .object = 0x20, .thread = 8, .op = Op::kCalloc},
      {.time = 102, .size = 50, .object = 0x30, .old_object = 0x10, .thread = 8, .op = Op::kRealloc},
      {.time = 103, .size = 100, .object = 0x40, .thread = 8, .op = Op::kReallocarray},
      {.time = 104, .size = 300, .thread = 8, .op = Op::kPosixMemalign, .align_log2 = 7},
      {.time = 105, .size = 200, .object = 0x50, .thread = 8, .op = Op::kMemalign, .align_log2 = 6},
      {.time = 106, .object = 0x30, .thread = 9, .op = Op::kFree},
  };
  EXPECT_EQ(trace.events, expected);
}

TEST(Bpftrace, BunchesOfTwoProcessorsAreSorted) {
  const Trace trace = read_trace(bpftrace_format(), kHead +
                                                        "malloc 7 8 100 1 0x10\n"
                                                        "malloc 7 8 300 2 0x30\n"
                                                        "free 7 9 200 0x10\n"
                                                        "malloc 7 9 210 3 0x10\n");
  ASSERT_EQ(trace.events.size(), 4U);
  for (size_t i = 1; i < 4; ++i) EXPECT_LT(trace.events[i - 1].time, trace.events[i].time);
}

TEST(Bpftrace, WhatWasLostIsSaid) {
  EXPECT_EQ(read_trace(bpftrace_format(), kHead + "Lost 12 events\nLost 3 events\n").remarks,
            (std::vector<std::string>{"bpftrace lost 15 calls: BPFTRACE_PERF_RB_PAGES=1024 helps"}));
}

TEST(Bpftrace, ALaterScriptIsRefused) {
  EXPECT_EQ(
      read_trace(bpftrace_format(), "# heapreel malloc.bt 2\n").error,
      "it was made by version 2 of malloc.bt; use the malloc.bt that came with this heapreel, or a newer heapreel");
}

TEST(Bpftrace, LinesThatMakeNoSense) {
  for (const char* line :
       {"malloc 7 8 100 24", "malloc 7 8 100 24 0x10 0x20", "mallocx 7 8 100 24 0x10", "malloc", "free 7 8 100",
        "malloc 7 8 x 24 0x10", "malloc 7 4294967295 100 24 0x10", "malloc 7 8 100 24 0x10000000000000000"})
    EXPECT_EQ(complaint_about(bpftrace_format(), kHead + line + "\n").find("not a line of malloc.bt"), 0U) << line;
}

TEST(TimeSorter, KeepsTheOrderOfEqualTimes) {
  TimeSorter sorter(4);
  std::vector<Event> sorted;
  for (uint64_t i = 1; i <= 100; ++i) sorter.add({.time = i / 10, .object = i}, sorted);
  sorter.drain(sorted);
  ASSERT_EQ(sorted.size(), 100U);
  for (uint64_t i = 0; i < 100; ++i) EXPECT_EQ(sorted[i].object, i + 1);
  EXPECT_EQ(sorter.late(), 0U);
}

TEST(TimeSorter, WhatIsTooLateIsCounted) {
  TimeSorter sorter(4);
  std::vector<Event> sorted;
  for (uint64_t i = 10; i < 20; ++i) sorter.add({.time = i}, sorted);
  sorter.add({.time = 1}, sorted);
  sorter.drain(sorted);
  EXPECT_EQ(sorted.size(), 11U);
  EXPECT_EQ(sorter.late(), 1U);
}

}  // namespace
}  // namespace heapreel::importers
