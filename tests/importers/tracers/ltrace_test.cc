// ltrace's text: what stands around a call, what was interrupted, what ltrace does not tell.
#include "tools/importers/tracers/ltrace.h"

#include "tests/importers/tracers/trace.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests
using reel::Event;
using reel::Op;

const std::string kFrees = "free(0x99) = <void>\n";  // so that the trace is one of functions

Event one_call(const std::string& line) {
  const Trace trace = read_trace(ltrace_format(), line + "\n");
  EXPECT_EQ(trace.error, "") << line;
  EXPECT_EQ(trace.bad_lines.size(), 0U) << line;
  EXPECT_EQ(trace.events.size(), 1U) << line;
  return trace.events.empty() ? Event{} : trace.events.front();
}

TEST(Ltrace, WhatMayStandAroundACall) {
  const Event plain{.size = 24, .object = 0x5580, .op = Op::kMalloc};
  for (const char* line : {"malloc(24) = 0x5580", "toy->malloc(24)           = 0x5580", "malloc@libc.so.6(24) = 0x5580",
                           "[0x559a6c0b62cd] toy->malloc(24)      = 0x5580", "malloc(0x18) = 0x5580   "})
    EXPECT_EQ(one_call(line), plain) << line;
  Event threaded = plain;
  threaded.thread = 8799;
  EXPECT_EQ(one_call("8799 toy->malloc(24) = 0x5580"), threaded);
  EXPECT_EQ(one_call("[pid 8799] malloc(24) = 0x5580"), threaded);
  threaded.time = 1795302654673472000U;
  EXPECT_EQ(one_call("8799 1795302654.673472 toy->malloc(24) = 0x5580"), threaded);
  threaded.time = 83489901173000U;
  EXPECT_EQ(one_call("[pid 8799] 23:11:29.901173 toy->malloc(24) = 0x5580"), threaded);
}

TEST(Ltrace, ADurationMovesTheReturn) {
  const Event call = one_call("1795302654.5 toy->malloc(24) = 0x5580 <0.000250>");
  EXPECT_EQ(call.time, 1795302654500250000U);
  EXPECT_EQ(call.duration, 250'000U);
  const Trace resumed = read_trace(ltrace_format(),
                                   "1795302654.5 malloc(24 <unfinished ...>\n"
                                   "1795302654.7 <... malloc resumed> ) = 0x5580 <0.200000>\n");
  ASSERT_EQ(resumed.events.size(), 1U);
  EXPECT_EQ(resumed.events[0].time, 1795302654700000000U) << "that line begins when the call returns";
}

TEST(Ltrace, EveryKindOfCall) {
  EXPECT_EQ(one_call("calloc(3, 100) = 0x10"), (Event{.size = 300, .object = 0x10, .op = Op::kCalloc}));
  EXPECT_EQ(one_call("realloc(0x10, 50) = 0x20"),
            (Event{.size = 50, .object = 0x20, .old_object = 0x10, .op = Op::kRealloc}));
  EXPECT_EQ(one_call("realloc(0x10, 0) = nil"), (Event{.old_object = 0x10, .op = Op::kRealloc}));
  EXPECT_EQ(one_call("memalign(64, 200, 0x55ba79de53c0, 0x55ba79de52b0) = 0x10"),
            (Event{.size = 200, .object = 0x10, .op = Op::kMemalign, .align_log2 = 6}));
  EXPECT_EQ(one_call("_Znwm(4, 0, 1, 28) = 0x10"), (Event{.size = 4, .object = 0x10, .op = Op::kNew}));
  EXPECT_EQ(one_call("operator new[](unsigned long)(4, 0, 1, 28) = 0x10"),
            (Event{.size = 4, .object = 0x10, .op = Op::kNewArray}));
  EXPECT_EQ(one_call("operator delete(void*, unsigned long)(0x10, 4, 4, 0) = 0"),
            (Event{.size = 4, .object = 0x10, .op = Op::kDeleteSized}));
  EXPECT_EQ(one_call("free(0x10) = <void>"), (Event{.object = 0x10, .op = Op::kFree}));
  EXPECT_EQ(one_call("malloc(-1) = 0"), (Event{.size = ~uint64_t{0}, .op = Op::kMalloc}));
}

TEST(Ltrace, InterruptedCallsAreJoined) {
  const Trace trace = read_trace(ltrace_format(),
                                 "1 1795302654.1 toy->malloc(1000 <unfinished ...>\n"
                                 "2 1795302654.2 toy->free(0x7f20 <unfinished ...>\n"
                                 "1 1795302654.3 <... malloc resumed> )    = 0x7f10\n"
                                 "2 1795302654.4 <... free resumed> )      = <void>\n"
                                 "2 1795302654.5 toy->malloc(7 <unfinished ...>\n");
  EXPECT_EQ(trace.bad_lines.size(), 0U);
  const std::vector<Event> expected = {
      {.time = 1795302654200000000, .object = 0x7f20, .thread = 2, .op = Op::kFree},
      {.time = 1795302654300000000,
       .size = 1000,
       .object = 0x7f10,
       .thread = 1,
       .duration = 200000000,
       .op = Op::kMalloc},
  };
  EXPECT_EQ(trace.events, expected);
  EXPECT_EQ(trace.remarks, (std::vector<std::string>{"1 calls whose return is not in the trace were left out"}));
}

TEST(Ltrace, CallsWithinCalls) {
  const Trace trace = read_trace(ltrace_format(),
                                 "toy->_Znwm(4, 0, 1, 28 <unfinished ...>\n"
                                 "libstdc++.so.6->malloc(4) = 0x10\n"
                                 "<... _Znwm resumed> )    = 0x10\n"
                                 "toy->_ZdlPvm(0x10, 4, 4, 0 <unfinished ...>\n"
                                 "libstdc++.so.6->_ZdlPv(0x10, 4, 4, 0 <unfinished ...>\n"
                                 "libstdc++.so.6->free(0x10) = <void>\n"
                                 "<... _ZdlPv resumed> )   = 0\n"
                                 "<... _ZdlPvm resumed> )  = 0\n");
  const std::vector<Event> expected = {{.size = 4, .object = 0x10, .op = Op::kNew},
                                       {.size = 4, .object = 0x10, .op = Op::kDeleteSized}};
  EXPECT_EQ(trace.events, expected);
}

TEST(Ltrace, CallsOfTheCLibraryHaveWrongNames) {
  const Trace trace = read_trace(ltrace_format(), "libc.so.6->calloc(0, 100) = 0x10\n" + kFrees);
  EXPECT_EQ(trace.events.size(), 1U);
  EXPECT_EQ(trace.remarks,
            (std::vector<std::string>{"1 calls within the C library were left out: ltrace names them wrongly"}));
}

TEST(Ltrace, WhatPosixMemalignGave) {
  const Event told{.size = 300, .object = 0x5580, .op = Op::kPosixMemalign, .align_log2 = 7};
  EXPECT_EQ(one_call("posix_memalign(0x5580, 128, 300) = 0"), told);
  EXPECT_EQ(one_call("posix_memalign([0x5580], 128, 300) = 0"), told);
  EXPECT_EQ(one_call("posix_memalign(0x7ffd0, 128, 300, 5) = 12"),
            (Event{.size = 300, .op = Op::kPosixMemalign, .align_log2 = 7}))
      << "it failed";
  const Trace resumed = read_trace(ltrace_format(),
                                   "posix_memalign( <unfinished ...>\n"
                                   "<... posix_memalign resumed> 0x5580, 128, 300) = 0\n");
  ASSERT_EQ(resumed.events.size(), 1U);
  EXPECT_EQ(resumed.events[0], told);
  const Trace untold = read_trace(ltrace_format(), "posix_memalign(0x7ffd0, 128, 300, 5) = 0\n");
  EXPECT_EQ(untold.events.size(), 0U);
  ASSERT_EQ(untold.remarks.size(), 1U);
  EXPECT_EQ(untold.remarks[0].find("1 calls of posix_memalign do not tell which block"), 0U);
}

TEST(Ltrace, OtherLinesArePassedOver) {
  const Trace trace = read_trace(ltrace_format(),
                                 "getenv(\"MALLOC_TRACE\") = nil\n"
                                 "puts(\"a) = 5\") = 7\n"
                                 "SYS_brk(0) = 0x55bbbec83000\n"
                                 "--- SIGCHLD (Child exited) ---\n"
                                 "7 +++ exited (status 0) +++\n" +
                                     kFrees);
  EXPECT_EQ(trace.bad_lines.size(), 0U);
  ASSERT_EQ(trace.events.size(), 2U);
  EXPECT_EQ(trace.events[0], (Event{.thread = 7, .op = Op::kThreadEnd}));
}

TEST(Ltrace, WhatLtraceStumblesOver) {
  const Trace trace = read_trace(ltrace_format(), kFrees + "7 unexpected breakpoint at 0x7f18bc12c000\n");
  EXPECT_EQ(trace.bad_lines.size(), 0U);
  EXPECT_EQ(trace.events.size(), 1U);
  ASSERT_EQ(trace.remarks.size(), 2U) << "the other one is of the lines without a process";
  EXPECT_EQ(trace.remarks[0], "1 times ltrace met a breakpoint that it did not expect: calls may be missing");
}

TEST(Ltrace, SystemCallsAloneAreNoTrace) {
  EXPECT_EQ(read_trace(ltrace_format(), "brk(NULL) = 0x55\nmmap(NULL, 8192, PROT_READ, 3, 0) = 0x7f\n").error,
            "it has system calls only, which are the allocator's own requests, not the program's; "
            "trace functions instead: ltrace -f -ttt -o FILE -e malloc+free+... PROGRAM");
}

TEST(Ltrace, LinesWithoutAProcess) {
  const Trace trace = read_trace(ltrace_format(), "malloc(1) = 0x10\n[pid 7] malloc(2) = 0x20\n");
  ASSERT_EQ(trace.remarks.size(), 1U);
  EXPECT_EQ(trace.remarks[0].find("1 lines without a process number"), 0U);
}

TEST(Ltrace, LinesThatMakeNoSense) {
  auto why = [](const char* line) { return complaint_about(ltrace_format(), kFrees + line + "\n"); };
  for (const char* line : {"malloc(24)", "malloc(24) 0x5580", "malloc 24 = 0x10", "(24) = 0x10", "<... malloc", "x"})
    EXPECT_EQ(why(line).find("not a line of ltrace"), 0U) << line;
  EXPECT_EQ(why("malloc() = 0x10"), "too few arguments, or not numbers");
  EXPECT_EQ(why("malloc(\"x\") = 0x10"), "too few arguments, or not numbers");
  EXPECT_EQ(why("malloc(24) = ?"), "the result is no number");
  EXPECT_EQ(why("99999999999 malloc(24) = 0x10"), "a process number out of range");
}

}  // namespace
}  // namespace heapreel::importers
