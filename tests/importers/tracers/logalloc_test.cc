// Firefox's logalloc text, raw and munged.
#include "tools/importers/tracers/logalloc.h"

#include "tests/importers/tracers/trace.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests
using reel::Event;
using reel::Op;

TEST(Logalloc, EachFunctionIsACall) {
  const Trace trace = read_trace(logalloc_format(),
                                 "7 140193 malloc(32)=0x10\n"
                                 "7 140194 calloc(2,148)=0x20\n"
                                 "7 140193 realloc(0x10,64)=0x30\n"
                                 "7 140193 posix_memalign(256,240)=0x40\n"
                                 "7 140193 malloc(18446744073709551615)=0x0\n"
                                 "7 140193 jemalloc_stats()\n"
                                 "7 140194 free(0x30)\n"
                                 "7 140194 free(0x0)\n");
  EXPECT_EQ(trace.bad_lines.size(), 0U);
  const std::vector<Event> expected = {
      {.size = 32, .object = 0x10, .op = Op::kMalloc},
      {.size = 296, .object = 0x20, .thread = 1, .op = Op::kCalloc},
      {.size = 64, .object = 0x30, .old_object = 0x10, .op = Op::kRealloc},
      {.size = 240, .object = 0x40, .op = Op::kPosixMemalign, .align_log2 = 8},
      {.size = ~uint64_t{0}, .op = Op::kMalloc},
      {.object = 0x30, .thread = 1, .op = Op::kFree},
  };
  EXPECT_EQ(trace.events, expected);
  EXPECT_EQ(trace.remarks, (std::vector<std::string>{"1 marks 'jemalloc_stats()' were left out"}));
}

TEST(Logalloc, MungedNumbersAreNames) {
  const Trace trace = read_trace(logalloc_format(), "1 1 malloc(32)=#1\n1 1 realloc(#1,64)=#1\n1 2 free(#1)\n");
  const std::vector<Event> expected = {
      {.size = 32, .object = 1, .op = Op::kMalloc},
      {.size = 64, .object = 1, .old_object = 1, .op = Op::kRealloc},
      {.object = 1, .thread = 1, .op = Op::kFree},
  };
  EXPECT_EQ(trace.events, expected);
}

TEST(Logalloc, OldLogsHaveNoThreads) {
  const Trace trace = read_trace(logalloc_format(), "7 malloc(32)=0x10\n7 free(0x10)\n");
  EXPECT_EQ(trace.events.size(), 2U);
  EXPECT_EQ(trace.events[1].thread, 0U);
}

TEST(Logalloc, OnlyTheFirstProcess) {
  const Trace trace = read_trace(logalloc_format(), "7 7 malloc(32)=0x10\n8 8 malloc(64)=0x10\n8 8 free(0x10)\n");
  EXPECT_EQ(trace.events.size(), 1U);
  EXPECT_EQ(trace.remarks,
            (std::vector<std::string>{"2 calls of other processes than 7 were left out: a reel holds one process"}));
}

TEST(Logalloc, ThreadNumbersOfAnySize) {
  const Trace trace = read_trace(logalloc_format(),
                                 "7 18446744073709551615 malloc(1)=0x10\n"
                                 "7 0 malloc(1)=0x20\n"
                                 "7 18446744073709551615 free(0x10)\n");
  ASSERT_EQ(trace.events.size(), 3U);
  EXPECT_EQ(trace.events[0].thread, trace.events[2].thread);
  EXPECT_NE(trace.events[0].thread, trace.events[1].thread);
}

TEST(Logalloc, LinesThatMakeNoSense) {
  auto why = [](const char* line) { return complaint_about(logalloc_format(), std::string(line) + "\n"); };
  for (const char* line :
       {"7 7 malloc(32", "7 7 malloc(32)=", "7 7 malloc(a)=0x10", "malloc(32)=0x10", "7 7 malloc(32)=0x10 x",
        "7 7 malloc(1,2,3,4,5)=0x10", "7 7", "7 7 7 malloc(1)=0x10", "99999999999999999999 7 malloc(1)=0x10"})
    EXPECT_EQ(why(line).find("not a line of logalloc"), 0U) << line;
  EXPECT_EQ(why("7 7 mallocx(32)=0x10"), "an unknown function");
  EXPECT_EQ(why("7 7 realloc(0x10)=0x10"), "too few arguments");
  EXPECT_EQ(why("7 7 malloc(32)"), "the result is missing");
  EXPECT_EQ(why("7 7 free(0x10)=0x10"), "a free that returns something");
}

}  // namespace
}  // namespace heapreel::importers
