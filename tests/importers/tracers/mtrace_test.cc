// glibc's mtrace text.
#include "tools/importers/tracers/mtrace.h"

#include "tests/importers/tracers/trace.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests
using reel::Event;
using reel::Op;

TEST(Mtrace, EachSignIsACall) {
  const Trace trace = read_trace(mtrace_format(),
                                 "= Start\n"
                                 "@ ./toy:[0x12cd] + 0x5581 0x18\n"
                                 "+ 0x5582 0x12c\n"
                                 "@ ./toy:(main+0x12)[0x13a3] + (nil) 0x1000000000000000\n"
                                 "@ ./toy:[0x1347] < 0x5581\n"
                                 "@ ./toy:[0x1347] > 0x5590 0x1388\n"
                                 "@ [0x13c0] ! 0x5582 0x1000000000000000\n"
                                 "@ ./toy:[0x137f] - 0x5590\n"
                                 "@ ./toy:[0x12cd] + 0x5583 0\n"
                                 "= End\n");
  EXPECT_EQ(trace.error, "");
  EXPECT_EQ(trace.bad_lines.size(), 0U);
  const std::vector<Event> expected = {
      {.size = 24, .object = 0x5581, .op = Op::kMalloc},
      {.size = 300, .object = 0x5582, .op = Op::kMalloc},
      {.size = uint64_t{1} << 60, .op = Op::kMalloc},
      {.size = 5000, .object = 0x5590, .old_object = 0x5581, .op = Op::kRealloc},
      {.size = uint64_t{1} << 60, .old_object = 0x5582, .op = Op::kRealloc},
      {.object = 0x5590, .op = Op::kFree},
      {.size = 0, .object = 0x5583, .op = Op::kMalloc},
  };
  EXPECT_EQ(trace.events, expected);
}

TEST(Mtrace, APlaceMayHoldAnything) {
  const Trace trace = read_trace(mtrace_format(), "@ /opt/a - b/x + 0x1 0x2/prog:[0x1] + 0x10 0x20\n");
  ASSERT_EQ(trace.events.size(), 1U);
  EXPECT_EQ(trace.events[0].object, 0x10U);
  EXPECT_EQ(trace.events[0].size, 0x20U);
}

TEST(Mtrace, HalfARealloc) {
  const Trace cut = read_trace(mtrace_format(), "+ 0x10 0x20\n< 0x10\n");
  EXPECT_EQ(cut.events.size(), 1U);
  EXPECT_EQ(cut.remarks, (std::vector<std::string>{"1 reallocs lack their second line and were left out"}));
  const Trace amid = read_trace(mtrace_format(), "+ 0x10 0x20\n< 0x10\n- 0x10\n");
  EXPECT_EQ(amid.events.size(), 2U);
  EXPECT_EQ(amid.remarks.size(), 1U);
  EXPECT_EQ(complaint_about(mtrace_format(), "> 0x10 0x20\n"), "the second line of a realloc without its first");
}

TEST(Mtrace, LinesThatMakeNoSense) {
  for (const char* line : {"+ 0x10", "+ 10 0x20", "- 0x10 0x20", "* 0x10 0x20", "+ 0x10 0x2g", "@ ./toy:[0x12cd]",
                           "+ 0x10000000000000000 0x1", "@ x + 0x10 0x20 0x30", "@", "+"})
    EXPECT_EQ(complaint_about(mtrace_format(), std::string(line) + "\n").find("not a line of mtrace"), 0U) << line;
}

}  // namespace
}  // namespace heapreel::importers
