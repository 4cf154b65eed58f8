// heaptrack's raw files.
#include "tools/importers/tracers/heaptrack.h"

#include "tests/importers/tracers/trace.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests
using reel::Event;
using reel::Op;

constexpr uint64_t kMs = 1'000'000;
const std::string kHead = "v 10400 3\nx 5 ./toy\nX ./toy x\nI 1000 5e2990\n";

TEST(Heaptrack, CallsHaveTheTimeOfTheLastTick) {
  const Trace trace = read_trace(heaptrack_format(), kHead +
                                                         "m 1 -\n"
                                                         "t 5638a6db12cc 0\n"
                                                         "+ 18 1 5638b97ed1d0\n"
                                                         "c a\n"
                                                         "+ 12c 1 5638b97ed2b0\n"
                                                         "R 3ec\n"
                                                         "c 14\n"
                                                         "- 5638b97ed1d0\n");
  EXPECT_EQ(trace.error, "");
  EXPECT_EQ(trace.bad_lines.size(), 0U);
  const std::vector<Event> expected = {
      {.size = 0x18, .object = 0x5638b97ed1d0, .op = Op::kMalloc},
      {.time = 10 * kMs, .size = 0x12c, .object = 0x5638b97ed2b0, .op = Op::kMalloc},
      {.time = 20 * kMs, .object = 0x5638b97ed1d0, .op = Op::kFree},
  };
  EXPECT_EQ(trace.events, expected);
  EXPECT_TRUE(trace.facts.has_times);
}

TEST(Heaptrack, OldFormatsAreTheSame) {
  for (const char* version : {"v 10000\n", "v 10100 1\n", "v 10200 2\n", "v 10400 3\r\n"})
    EXPECT_EQ(read_trace(heaptrack_format(), std::string(version) + "+ 18 1 10\n- 10\n").events.size(), 2U) << version;
}

TEST(Heaptrack, AttachedToARunningProcess) {
  EXPECT_EQ(read_trace(heaptrack_format(), kHead + "A\n- 10\n").remarks.size(), 1U);
}

TEST(Heaptrack, FilesThatAreRefused) {
  auto error = [](const std::string& text) { return read_trace(heaptrack_format(), text).error; };
  EXPECT_EQ(error("v 10400 4\n+ 18 1 10\n"), "it has heaptrack's format 4; formats up to 3 can be imported");
  EXPECT_EQ(error("+ 18 1 10\n"),
            "it does not begin as a heaptrack file does, with 'v'; record it with: heaptrack --raw");
  EXPECT_EQ(error(""), "it does not begin as a heaptrack file does, with 'v'; record it with: heaptrack --raw");
  for (const char* line : {"s 4 main\n", "a 18 1\n", "i 5638a6db12cc 1 14\n"})
    EXPECT_EQ(
        error("v 10400 3\nX ./toy\n" + std::string(line) + "+ 0\n"),
        "it is an interpreted heaptrack file, whose blocks have no addresses; record again with: heaptrack --raw");
}

TEST(Heaptrack, LinesThatMakeNoSense) {
  for (const char* line :
       {"+ 18 1", "+ 18 1 10 2", "+ 18 1 x", "- ", "-10", "? 1", "c", "c ffffffffffffffff", "+ 18 1 10000000000000000"})
    EXPECT_EQ(complaint_about(heaptrack_format(), kHead + line + "\n"), "not a line of a raw heaptrack file") << line;
  EXPECT_EQ(complaint_about(heaptrack_format(), kHead + "v 10400 3\n"), "a second 'v': files one after another");
}

}  // namespace
}  // namespace heapreel::importers
