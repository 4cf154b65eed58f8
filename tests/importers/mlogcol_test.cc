// MLOGCOL recordings: what each call becomes, and what is no recording.
#include "tools/importers/mlogcol.h"

#include <gtest/gtest.h>

#include "tests/importers/mlogcol_file.h"
#include "tests/trace_format/bounded.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests
using reel::Event;
using reel::Op;

// All events, or the words of the error.
std::string read(const base::Buffer& bytes, std::vector<Event>& events) {
  const MemoryFile file(bytes);
  auto reader = MlogcolReader::open(file.path());
  if (!reader) return reader.error().why;
  for (Event event; reader->next(event);) events.push_back(event);
  return reader->status() ? "" : reader->status().error().why;
}
std::string trouble_with(const base::Buffer& bytes) {
  std::vector<Event> events;
  return bounded([&] { return read(bytes, events); });
}

TEST(Mlogcol, EachCallBecomesAnEvent) {
  const base::Buffer plain = mlogcol_of(some_calls());
  for (const base::Buffer& bytes : {plain, compressed(plain)}) {
    std::vector<Event> events;
    ASSERT_EQ(read(bytes, events), "");
    ASSERT_EQ(events.size(), 9U);
    EXPECT_EQ(events[0],
              (Event{.time = 110, .size = 24, .object = 0x1000, .thread = 1, .duration = 10, .op = Op::kMalloc}));
    EXPECT_EQ(events[1].align_log2, 6);
    EXPECT_EQ(events[3].flags, reel::kMoved);
    EXPECT_EQ(events[3].old_object, 0x1000U);
    EXPECT_EQ(events[4], (Event{.time = 200, .object = 0x1040, .thread = 2, .duration = 5, .op = Op::kFree}));
    EXPECT_EQ(events[5].flags, reel::kFailed);
    EXPECT_EQ(events[6].flags, reel::kNoResult) << "realloc to nothing frees: it has not failed";
    EXPECT_EQ(events[7].flags, reel::kNullOld);
    EXPECT_EQ(events[8].flags, reel::kFailed);
  }
}

TEST(Mlogcol, NoCallsAtAll) { EXPECT_EQ(trouble_with(mlogcol_of({})), ""); }

TEST(Mlogcol, CutAnywhereIsAnError) {
  const base::Buffer plain = mlogcol_of(some_calls());
  for (const base::Buffer& whole : {plain, compressed(plain)}) {
    for (size_t cut = 0; cut < whole.size(); ++cut)
      EXPECT_NE(trouble_with({whole.begin(), whole.begin() + static_cast<ptrdiff_t>(cut)}), "") << cut;
  }
}

TEST(Mlogcol, OtherFilesAreNone) {
  EXPECT_EQ(trouble_with(base::Buffer(100, 'x')), "it is not an MLOGCOL recording");
  EXPECT_EQ(trouble_with(compressed(base::Buffer(100, 'x'))), "it is not an MLOGCOL recording");
}

TEST(Mlogcol, CallsThatMakeNoSense) {
  for (const auto& [column, value] : {std::pair{0, uint64_t{5}}, {1, uint64_t{64}}, {2, uint64_t{1} << 24}}) {
    std::vector<MlogcolCall> calls = some_calls();
    calls[2][static_cast<size_t>(column)] = value;
    EXPECT_EQ(trouble_with(mlogcol_of(calls)), "event 2 makes no sense");
  }
}

TEST(Mlogcol, GiantCounts) {
  base::Buffer bytes = mlogcol_of(some_calls());
  for (const uint64_t count : {uint64_t{1} << 32, ~uint64_t{0}}) {
    base::store_le(bytes.data() + 8, count);
    EXPECT_EQ(trouble_with(bytes), "a column is cut off");
  }
  bytes = mlogcol_of(some_calls());
  base::store_le(bytes.data() + 24, ~uint64_t{0});
  EXPECT_EQ(trouble_with(bytes), "a column is cut off");
}

TEST(Mlogcol, ABombIsNotExpanded) {
  EXPECT_EQ(trouble_with(compressed(base::Buffer(512U << 20))).find("it expands beyond"), 0U);
}

}  // namespace
}  // namespace heapreel::importers
