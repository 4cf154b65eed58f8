// wee, rep and webkit-ops: what each call becomes, and what is none.
#include <gtest/gtest.h>

#include "tests/importers/import_text.h"
#include "tests/importers/samples.h"
#include "tools/importers/rep.h"
#include "tools/importers/webkit_ops.h"
#include "tools/importers/wee.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests

TEST(Wee, FreesGoByTheNumberOfTheAlloc) {
  const ReadTrace trace = read_text(wee_format(), sample("wee/good.trace"));
  EXPECT_EQ(trace.bad_lines, 0U);
  EXPECT_EQ(trace.events,
            (std::vector<Event>{malloc_of(0, 0, 552, 1), malloc_of(0, 0, 120, 2), malloc_of(0, 0, 0, 3),
                                free_of(0, 0, 2), malloc_of(0, 0, 1024, 4), free_of(0, 0, 1), free_of(0, 0, 4)}));
}

TEST(Wee, LinesThatAreNone) {
  for (const char* line :
       {"Alloc(5", "Alloc()", "Alloc(-1),", "Realloc(1),", "Alloc(5),x", "Alloc(18446744073709551616),"})
    EXPECT_EQ(read_text(wee_format(), line).first_complaint(), "1: it is neither Alloc(N), nor Free(N),") << line;
  EXPECT_EQ(read_text(wee_format(), "Alloc(8),\nFree(1),\n").first_complaint(),
            "2: no Alloc of that number stands before it");
  EXPECT_EQ(read_text(wee_format(), "Alloc(8),\nFree(0),\nFree(0),\n").repairs.unknown_frees, 1U);
}

TEST(Rep, BothVersions) {
  const ReadTrace first = read_text(rep_format(), sample("rep/good_first.rep"));
  EXPECT_EQ(first.bad_lines, 0U) << first.first_complaint();
  EXPECT_EQ(first.events,
            (std::vector<Event>{malloc_of(0, 0, 512, 1), malloc_of(0, 0, 128, 2),
                                with(realloc_of(0, 0, 640, 1, 3), Op::kRealloc), malloc_of(0, 0, 128, 4),
                                free_of(0, 0, 2), with(realloc_of(0, 0, 0, 4, 0), Op::kRealloc, reel::kNoResult),
                                malloc_of(0, 0, 16, 5), free_of(0, 0, 3), free_of(0, 0, 5)}));
  const ReadTrace second = read_text(rep_format(), sample("rep/good_second.rep"));
  EXPECT_EQ(second.bad_lines, 0U) << second.first_complaint();
  EXPECT_EQ(second.events[4], free_of(0, 0, 0)) << "-1 is null";
}

TEST(Rep, TheHeaderIsHeldAgainstTheCalls) {
  const auto complaint = [](const std::string& text) { return read_text(rep_format(), text).first_complaint(); };
  EXPECT_EQ(complaint("9\n1\n2\n1\na 0 8\nf 0\n"), "");
  EXPECT_EQ(complaint("9\n1\n3\n1\na 0 8\nf 0\n"),
            "0: there are fewer calls than the header says: the trace may be cut off");
  EXPECT_EQ(complaint("9\n1\n1\n1\na 0 8\nf 0\n"), "0: there are more calls than the header says");
  EXPECT_EQ(complaint("9\n1\n2\n1\na 1 8\nf 1\n"), "0: a block's number is larger than the header says");
  EXPECT_EQ(complaint("9\n1\na 0 8\nf 0\n"), "0: the header has fewer than four numbers");
  EXPECT_EQ(complaint("9\n"), "0: the header has fewer than four numbers");
  EXPECT_EQ(complaint("9\nx\n2\n1\na 0 8\nf 0\n"), "2: it is no number, as the first four lines must be");
}

TEST(Rep, LinesThatAreNone) {
  for (const char* line : {"a 0", "a 0 8 9", "a -1 8", "f", "f -2", "x 0 8", "r 0", "a0 8", "a 18446744073709551615 8"})
    EXPECT_EQ(read_text(rep_format(), std::string("9\n1\n0\n1\n") + line + "\n").first_complaint(),
              "5: it is neither 'a ID SIZE', nor 'r ID SIZE', nor 'f ID'")
        << line;
}

TEST(WebkitOps, EachRecordIsACall) {
  const ReadTrace trace = read_text(webkit_ops_format(), sample("webkit-ops/good.ops"));
  EXPECT_EQ(trace.bad_lines, 0U);
  EXPECT_EQ(trace.events,
            (std::vector<Event>{malloc_of(0, 0, 32, 1), with(malloc_of(0, 1, 100, 2), Op::kMemalign, 0, 6),
                                with(realloc_of(0, 1, 64, 1, 3), Op::kRealloc), malloc_of(0, 2, 16, 4),
                                free_of(0, 0, 3), free_of(0, 0, 2), free_of(0, 1, 4), malloc_of(0, 0, 8, 5)}));
  EXPECT_EQ(read_text(webkit_ops_format(), sample("webkit-ops/good_first.ops")).events.size(), 5U);
}

TEST(WebkitOps, RecordsThatAreNone) {
  const std::string good = sample("webkit-ops/good.ops");
  const auto with_byte = [&](size_t at, char byte) {
    std::string text = good;
    text[at] = byte;
    return read_text(webkit_ops_format(), text);
  };
  EXPECT_EQ(with_byte(24, 4).first_complaint(), "0: record 2: no such opcode is known");
  EXPECT_EQ(with_byte(24, 4).events.size(), 7U);
  EXPECT_EQ(with_byte(30, 64).first_complaint(), "0: record 2: the alignment is no power of two");
  const ReadTrace cut = read_text(webkit_ops_format(), good.substr(0, good.size() - 1));
  EXPECT_EQ(cut.first_complaint(), "0: the last record is cut off");
  EXPECT_EQ(cut.events.size(), 7U);
  std::string all_ones = good;
  all_ones.replace(8, 8, std::string(8, '\xFF'));
  EXPECT_EQ(read_text(webkit_ops_format(), all_ones).first_complaint(), "0: record 1: the slot's number is too large");
}

TEST(WebkitOps, ZerosAreNoRecording) {
  EXPECT_EQ(webkit_ops_format().looks_like(std::string(2400, '\0')), 0);
  EXPECT_EQ(webkit_ops_format().looks_like(std::string(10, '\0')), 0);
}

}  // namespace
}  // namespace heapreel::importers
