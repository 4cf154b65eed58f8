// perf script's text of uprobes.
#include "tools/importers/tracers/perf.h"

#include "tests/importers/tracers/trace.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests
using reel::Event;
using reel::Op;

const std::string kBegun = "toy 7 [001] 10.000001: probe_libc:malloc: (7fc2) size=24\n";
const std::string kReturned = "toy 7 [001] 10.000004: probe_libc:malloc__return: (7fc2 <- 5589) ptr=0x5580\n";
const Event kJoined{
    .time = 10000004000, .size = 24, .object = 0x5580, .thread = 7, .duration = 3000, .op = Op::kMalloc};

TEST(Perf, BeginningAndReturnAreOneCall) {
  const Trace trace = read_trace(perf_format(), kBegun + kReturned);
  EXPECT_EQ(trace.bad_lines.size(), 0U);
  EXPECT_EQ(trace.events, (std::vector<Event>{kJoined}));
}

TEST(Perf, WhatPerfMayPrint) {
  for (const char* line :
       {"             toy     7 [001]    10.000001:                probe_libc:malloc: (7fc2) size=24\n",
        "Web Content 12 7 [001] 10.000001: probe_libc:malloc: (7fc2) size=24\n",
        "7 10.000001: probe_libc:malloc: (7fc2) size=0x18\n", "toy 3/7 10.000001: probe_libc:malloc: (7fc2) size=24\n",
        "toy 7 [001] 10.000001000: probe_libc:malloc_1: (7fc2) arg1=24\n",
        "toy 7 [001] 10.000001: heap:__libc_malloc: (7fc2) bytes=24\n"})
    EXPECT_EQ(read_trace(perf_format(), line + kReturned).events, (std::vector<Event>{kJoined})) << line;
}

TEST(Perf, EveryKindOfCall) {
  const Trace trace = read_trace(perf_format(),
                                 "t 7 1.1: p:calloc: (1) n=3 size=100\n"
                                 "t 7 1.2: p:calloc__return: (1 <- 2) ptr=0x10\n"
                                 "t 7 1.3: p:realloc: (1) old=0x10 size=0\n"
                                 "t 7 1.4: p:free: (1) ptr=0x10\n"
                                 "t 7 1.5: p:realloc__return: (1 <- 2) ptr=0x0\n"
                                 "t 7 1.6: p:aligned_alloc: (1) a=64 s=200\n"
                                 "t 7 1.7: p:aligned_alloc__return: (1 <- 2) ptr=0x40\n"
                                 "t 7 1.8: p:free: (1) ptr=0x40\n"
                                 "t 7 1.9: p:free: (1) ptr=0x0\n");
  EXPECT_EQ(trace.bad_lines.size(), 0U);
  ASSERT_EQ(trace.events.size(), 4U);
  EXPECT_EQ(trace.events[0].size, 300U);
  EXPECT_EQ(trace.events[1].old_object, 0x10U);
  EXPECT_EQ(trace.events[1].object, 0U);
  EXPECT_EQ(trace.events[2].align_log2, 6);
  EXPECT_EQ(trace.events[3], (Event{.time = 1800000000, .object = 0x40, .thread = 7, .op = Op::kFree}));
}

TEST(Perf, StacksHeadersAndOtherEventsArePassedOver) {
  const Trace trace = read_trace(perf_format(), "# captured on: today\n" + kBegun +
                                                    "\t    7fc2ad46e930 malloc+0x0 (libc.so.6)\n\n"
                                                    "toy 7 [001] 10.000002: sched:sched_switch: prev_comm=toy ==> x\n" +
                                                    kReturned);
  EXPECT_EQ(trace.bad_lines.size(), 0U);
  EXPECT_EQ(trace.events, (std::vector<Event>{kJoined}));
  EXPECT_EQ(trace.remarks, (std::vector<std::string>{"1 other events were passed over"}));
}

TEST(Perf, OnlyTheFirstProcess) {
  const Trace trace = read_trace(perf_format(), "t 3/3 1.1: p:free: (1) ptr=0x10\nt 4/4 1.2: p:free: (1) ptr=0x10\n");
  EXPECT_EQ(trace.events.size(), 1U);
  EXPECT_EQ(trace.remarks.size(), 1U);
}

TEST(Perf, NoProbeTellsWhatPosixMemalignGave) {
  const Trace trace = read_trace(perf_format(),
                                 "t 7 1.1: p:posix_memalign: (1) where=0x7ff0 alignment=64 size=100\n"
                                 "t 7 1.2: p:posix_memalign__return: (1 <- 2) ret=0x0\n"
                                 "t 7 1.3: p:posix_memalign: (1) where=0x7ff0 alignment=64 size=100\n"
                                 "t 7 1.4: p:posix_memalign__return: (1 <- 2) ret=0xc\n");
  ASSERT_EQ(trace.events.size(), 1U) << "the one that failed is known";
  EXPECT_EQ(trace.events[0].object, 0U);
  EXPECT_EQ(trace.remarks.size(), 1U);
}

TEST(Perf, WhatWasLostIsSaid) {
  EXPECT_EQ(read_trace(perf_format(), kReturned).remarks,
            (std::vector<std::string>{"1 returns of calls whose beginning is not in the trace were left out"}));
  EXPECT_EQ(read_trace(perf_format(), kBegun).remarks,
            (std::vector<std::string>{"1 calls whose return is not in the trace were left out"}));
}

TEST(Perf, LinesThatMakeNoSense) {
  auto why = [](const char* line) { return complaint_about(perf_format(), std::string(line) + "\n"); };
  for (const char* line : {"toy", "toy 7 [001] probe_libc:malloc: (1) size=24", "toy 7 1.1: probe_libc:malloc",
                           "toy 7 1.1: p:malloc: size=24", "toy 7 1.1: p:malloc: (1) size", "toy 7 1.1: p:malloc: (1",
                           "toy 7 1.1: p:malloc: (1) size=x", "toy 7 99999999999999.1: p:malloc: (1) size=1"})
    EXPECT_EQ(why(line).find("not a line of perf script"), 0U) << line;
  EXPECT_EQ(why("toy 7 1.1: p:malloc: (1)"), "the probe has fewer values than the function has arguments");
  EXPECT_EQ(why("toy 7 1.1: p:malloc__return: (1 <- 2)"), "the probe of the return has no value: add $retval to it");
  EXPECT_EQ(why("toy 4294967295 1.1: p:malloc: (1) size=1"), "a thread number out of range");
}

}  // namespace
}  // namespace heapreel::importers
