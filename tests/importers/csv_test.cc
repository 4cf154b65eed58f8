// Tables of calls: columns by name, units of times, what a row becomes, and which rows are none.
#include "tools/importers/csv.h"

#include <gtest/gtest.h>

#include "tests/importers/import_text.h"
#include "tests/importers/samples.h"
#include "tools/importers/csv_columns.h"
#include "tools/importers/csv_values.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests

TEST(Csv, ByAddressWithNamesOfThreads) {
  const ReadTrace trace = read_text(csv_format(), sample("csv/good.csv"));
  EXPECT_EQ(trace.bad_lines, 0U) << trace.first_complaint();
  EXPECT_EQ(trace.lacks, (std::vector<std::string>{"alignments", "failed calls"}));
  EXPECT_EQ(trace.events,
            (std::vector<Event>{malloc_of(0, 0, 24, 1), with(malloc_of(1250, 0, 96, 2), Op::kCalloc),
                                realloc_of(2500, 0, 48, 1, 3), malloc_of(3000, 1, 16, 4), free_of(10'000, 1, 2),
                                free_of(10'500, 1, 3), with(malloc_of(11'000, 0, 256, 5), Op::kMemalign),
                                with(malloc_of(12'000, 0, 99'999'999'999, 0), Op::kMalloc, reel::kFailed)}));
}

TEST(Csv, ByNumberWithOtherWordsAndSeparators) {
  const ReadTrace trace = read_text(csv_format(), sample("csv/good_semicolons.csv"));
  EXPECT_EQ(trace.bad_lines, 0U) << trace.first_complaint();
  EXPECT_EQ(trace.ops(), (std::vector<Op>{Op::kMalloc, Op::kMalloc, Op::kRealloc, Op::kFree, Op::kFree}));
  EXPECT_EQ(trace.events[0].duration, 120U);
  EXPECT_EQ(trace.events[1].align_log2, 6);
  EXPECT_EQ(trace.events[2], [] {
    Event event = with(realloc_of(0, 0, 256, 1, 3), Op::kRealloc);
    event.duration = 350;
    return event;
  }()) << "a block's number stays with it";
  EXPECT_EQ(trace.events[4].object, 3U);
}

TEST(Csv, OurOwnExportKeepsFlagsAndSerials) {
  const ReadTrace trace = read_text(csv_format(), sample("csv/good_export.csv"));
  EXPECT_EQ(trace.bad_lines, 0U) << trace.first_complaint();
  EXPECT_EQ(trace.events[0].time, 110U);
  EXPECT_EQ(trace.events[1].thread, 14U);
  EXPECT_EQ(trace.events[2].flags, reel::kMoved);
  EXPECT_EQ(trace.events[3].size, 64U) << "a sized delete is told a size";
  EXPECT_EQ(trace.events[4].flags, reel::kUnknown);
  EXPECT_EQ(trace.repairs.unknown_frees, 0U) << "that it is unknown was told";
  EXPECT_TRUE(trace.lacks.empty());
}

TEST(Csv, HeadersThatAreNone) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "no column says which call it is"},
      {"malloc,24,0x10\n", "no column says which call it is"},
      {"op,size\n", "no column names the block"},
      {"op,size,object,address\n", "two columns name the block"},
      {"op,size,bytes,object\n", "two columns mean the same, the second is 'bytes'"},
      {"op,address,old_object\n", "blocks and old blocks are named in different ways"},
      {"op,\"address\n", "a quote in its first line is not closed"}};
  for (const auto& [header, wanted] : cases) {
    const ReadTrace trace = read_text(csv_format(), header);
    EXPECT_EQ(trace.error.find(wanted), 0U) << header << ": " << trace.error;
    EXPECT_NE(trace.error.find("must name the columns"), std::string::npos);
    EXPECT_EQ(csv_format().looks_like(header), 0);
  }
}

TEST(Csv, RowsThatAreNone) {
  const std::pair<const char*, const char*> cases[] = {
      {"maloc,8,0x10,,1,1", "2: no such call is known"},
      {",8,0x10,,1,1", "2: no field says which call it is"},
      {"malloc,-8,0x10,,1,1", "2: the size is no number of 64 bits"},
      {"malloc,18446744073709551616,0x10,,1,1", "2: the size is no number of 64 bits"},
      {"malloc,8,7f00,,1,1", "2: a block is no number (one in hexadecimal needs 0x)"},
      {"free,,,,1,1", "2: a free names no block"},
      {"malloc,8,0x10,,1,1,1", "2: it has more fields than the header"},
      {"malloc,\"8,0x10,,1,1", "2: a quote is not closed"},
      {"malloc,8,0x10,,1,1h",
       "2: the time is none, or has no unit (name the column time_s, time_ms, time_us or time_ns)"},
      {"malloc,8,0x10,,1,-1",
       "2: the time is none, or has no unit (name the column time_s, time_ms, time_us or time_ns)"}};
  for (const auto& [row, wanted] : cases) {
    const ReadTrace trace = read_text(csv_format(), std::string("op,size,address,old_address,thread,time_us\n") + row);
    EXPECT_EQ(trace.first_complaint(), wanted) << row;
    EXPECT_TRUE(trace.events.empty()) << row;
  }
  EXPECT_EQ(read_text(csv_format(), "op,address\nrealloc,0x10\n").first_complaint(),
            "2: a realloc needs the column old_address");
  EXPECT_EQ(read_text(csv_format(), "op,size,count,id\ncalloc,8,2305843009213693952,1\n").first_complaint(),
            "2: count times size does not fit 64 bits");
  EXPECT_EQ(read_text(csv_format(), "op,id\nmalloc,18446744073709551615\n").first_complaint(),
            "2: the block's number is too large");
  EXPECT_EQ(read_text(csv_format(), "seq,op,object,flags\n0,malloc,1,moved|lost\n").first_complaint(),
            "2: no such flag is known");
}

TEST(Csv, ATimeWithoutAUnitIsRefused) {
  EXPECT_EQ(read_text(csv_format(), "op,id,time\nmalloc,1,5\n").bad_lines, 1U);
  const ReadTrace trace = read_text(csv_format(), "op,id,time\nmalloc,1,5ms\nfree,1,5.25 ms\n");
  EXPECT_EQ(trace.bad_lines, 0U);
  EXPECT_EQ(trace.events[1].time, 250'000U);
}

TEST(Csv, AnEmptyCellTellsNoTime) {
  const ReadTrace trace = read_text(csv_format(), "op,id,t_us\nmalloc,1,5\nfree,1,\nmalloc,2,6\n");
  EXPECT_EQ(trace.events[1].time, 5000U);
  EXPECT_EQ(trace.repairs.times_raised, 0U);
}

TEST(Csv, Times) {
  EXPECT_EQ(parse_time_ns("0", 1), 0U);
  EXPECT_EQ(parse_time_ns("12", 1000), 12'000U);
  EXPECT_EQ(parse_time_ns("12.5", 1000), 12'500U);
  EXPECT_EQ(parse_time_ns("1.000000001", 1'000'000'000), 1'000'000'001U);
  EXPECT_EQ(parse_time_ns("1.0000000019", 1'000'000'000), 1'000'000'001U) << "what is finer is cut off";
  EXPECT_EQ(parse_time_ns("3s", 0), 3'000'000'000U);
  EXPECT_EQ(parse_time_ns("3 us", 1), 3000U);
  EXPECT_EQ(parse_time_ns("1795302654.673472", 1'000'000'000), 1'795'302'654'673'472'000U);
  EXPECT_EQ(parse_time_ns("18446744073.709551615", 1'000'000'000), ~uint64_t{0});
  for (const char* text : {"", "x", "1.", "1.x", ".5", "-1", "1e9", "1 parsec", "18446744073.709551616", "18446744074"})
    EXPECT_EQ(parse_time_ns(text, 1'000'000'000), std::nullopt) << text;
  EXPECT_EQ(parse_time_ns("5", kUnitInValue), std::nullopt);
}

TEST(Csv, WordsOfCalls) {
  for (const Op op : kinds_where([](const auto&) { return true; })) EXPECT_EQ(parse_csv_op(reel::traits(op).name), op);
  EXPECT_EQ(parse_csv_op("MALLOC"), Op::kMalloc);
  EXPECT_EQ(parse_csv_op("operator delete[]"), Op::kDeleteArray);
  EXPECT_EQ(parse_csv_op(""), Op::kNone);
  EXPECT_EQ(parse_csv_op(std::string(1000, 'M')), Op::kNone);
}

}  // namespace
}  // namespace heapreel::importers
