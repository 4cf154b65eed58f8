// export --format csv, then import --from csv: the same content id, whatever the reel holds.
#include <gtest/gtest.h>

#include "tests/trace_format/random_events.h"
#include "tests/trace_format/reels.h"
#include "tests/trace_format/sample_reels.h"
#include "tests/trace_format/soundness.h"
#include "tests/trace_format/true_history.h"
#include "tools/exporters/events_csv.h"
#include "tools/importers/frame/format_table.h"
#include "tools/importers/import.h"
#include "trace_format/base/ticks.h"

namespace heapreel::tests {
namespace {

class StringSink final : public exporters::TextSink {
 public:
  base::Status write(std::string_view text) override {
    all += text;
    return {};
  }
  std::string all{};
};

// The reel's events as CSV, and all that they are.
struct Exported {
  std::string csv{};
  std::vector<Event> events{};
};

Exported export_reel(const std::string& path, bool times = true) {
  Exported exported;
  base::WorkerPool pool(0);
  const auto file = reel::ReelFile::open(path);
  require(file);
  auto stream = reel::open_events(*file, pool);
  require(stream);
  StringSink sink;
  require(exporters::export_events_csv(**stream, {.times = times}, sink));
  exported.csv = std::move(sink.all);
  auto again = reel::open_events(*file, pool);
  reel::EventBatch batch;
  while (*(*again)->next(batch))
    exported.events.insert(exported.events.end(), batch.events.begin(), batch.events.end());
  return exported;
}

std::vector<uint64_t> times_of(const std::vector<Event>& events) {
  std::vector<uint64_t> times;
  for (const Event& event : events) times.push_back(event.time);
  return times;
}

std::string id_of(const std::string& path) { return base::to_hex(verdict_of(path).summary.content_id); }

class RoundTrip : public ::testing::Test {
 protected:
  std::string imported(const std::string& csv) {
    write_bytes(folder_.file("x.csv"), base::as_bytes(csv.data(), csv.size()));
    const auto result = importers::import_file(
        {.input = folder_.file("x.csv"), .output = folder_.file("back.reel"), .overwrite = true, .bad_lines_max = 0});
    require(result);
    return folder_.file("back.reel");
  }

  void expect_same(const std::string& path) {
    const Exported exported = export_reel(path);
    for (const Event& event : exported.events) {
      ops_ |= uint64_t{1} << static_cast<unsigned>(event.op);
      flags_ |= event.flags;
    }
    const std::string back = imported(exported.csv);
    EXPECT_EQ(id_of(back), id_of(path));
    EXPECT_TRUE(times_of(export_reel(back).events) == times_of(exported.events));
    EXPECT_EQ(id_of(imported(export_reel(path, false).csv)), id_of(path)) << "without times";
  }

  TemporaryFolder folder_;
  uint64_t ops_ = 0;  // that were seen, by number
  unsigned flags_ = 0;
};

constexpr reel::CaptureOptions kNanoseconds{.ticks_per_second = base::kNsPerSecond};

TEST_F(RoundTrip, EveryKindAndFlag) {
  write_capture(folder_.file("a.reel"), every_kind_events(), kNanoseconds);
  expect_same(folder_.file("a.reel"));
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    StreamMaker maker(seed, {.step_ticks_max = 50});
    write_capture(folder_.file("a.reel"), maker.make(3000).events, kNanoseconds);
    expect_same(folder_.file("a.reel"));
  }
  for (const Op op : kinds_where([](const auto&) { return true; }))
    EXPECT_NE(ops_ >> static_cast<unsigned>(op) & 1, 0U) << reel::traits(op).name;
  EXPECT_EQ(flags_, unsigned{reel::kFlagMask});
}

TEST_F(RoundTrip, ManyThreads) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    HistoryMaker maker(seed, {.threads = 7, .skew_ticks_max = 100, .events = 3000});
    write_capture(folder_.file("a.reel"), maker.make().capture, kNanoseconds);
    expect_same(folder_.file("a.reel"));
  }
}

TEST_F(RoundTrip, NoEventsAtAll) {
  write_capture(folder_.file("a.reel"), {}, kNanoseconds);
  expect_same(folder_.file("a.reel"));
}

// Control: what is not the same has not the same id.
TEST_F(RoundTrip, ADifferentCellIsAnotherReel) {
  write_capture(folder_.file("a.reel"), every_kind_events(), kNanoseconds);
  const std::string csv = export_reel(folder_.file("a.reel")).csv;
  const size_t cell = csv.find(",malloc,");
  ASSERT_NE(cell, std::string::npos);
  std::string other = csv;
  other.replace(cell, 8, ",valloc,");
  EXPECT_NE(id_of(imported(other)), id_of(folder_.file("a.reel")));
}

}  // namespace
}  // namespace heapreel::tests
