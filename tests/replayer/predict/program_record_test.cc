#include "replayer/predict/program_record.h"

#include <gtest/gtest.h>

#include "tests/trace_format/reels.h"
#include "trace_format/store/memory_samples.h"

namespace heapreel::predict {
namespace {

reel::proto::Reference reference(uint64_t wall, uint64_t peak, int status = 0) {
  reel::proto::Reference run;
  run.set_wall_ns(wall);
  run.set_rss_peak_bytes(peak);
  run.set_rss_mean_bytes(peak / 2);
  run.set_exit_status(status);
  return run;
}

TEST(references, are_their_medians_and_spread_without_runs_that_failed) {
  const ReferenceFigures figures =
      reference_figures({reference(30, 300), reference(10, 100), reference(20, 200), reference(1, 999, 1)});
  EXPECT_EQ(figures.runs, 3U);
  EXPECT_EQ(figures.wall_ns, 20U);
  EXPECT_EQ(figures.peak_bytes, 200);
  EXPECT_EQ(figures.peak_spread_bytes(), 100);
  EXPECT_EQ(reference_figures({reference(1, 1, 139)}).runs, 0U);
}

// A reel of a tick per microsecond: one event at 500 us, memory at 0, 1 and 2 ms.
class Recorded : public testing::Test {
 protected:
  base::Result<ProgramRecord> read(const std::vector<reel::MemoryPoint>& points) {
    const tests::TemporaryFolder folder;
    const std::string path = folder.file("a.reel");
    tests::write_capture(path, {tests::Event{.time = 500, .size = 16, .object = 0x1000, .op = reel::Op::kMalloc}},
                         {.ticks_per_second = 1'000'000});
    const auto file = reel::ReelFile::open(path);
    EXPECT_TRUE(file.has_value());
    auto metadata = reel::read_metadata(*file);
    EXPECT_TRUE(metadata.has_value());
    *metadata->shared.add_memory() = reel::encode_memory(points);
    metadata->shared.mutable_allocator()->set_name("glibc");
    metadata->shared.mutable_ending()->set_end(3000);
    for (const uint64_t ticks : {40, 60}) metadata->shared.add_threads()->set_recorder_ticks(ticks);
    return read_program(*file, metadata->shared);
  }
};

TEST_F(Recorded, says_what_the_program_had) {
  const auto program = read({{.time = 0, .rss_anon_bytes = 100, .non_malloc_bytes = 60, .non_malloc_known = true},
                             {.time = 1000, .rss_anon_bytes = 300, .non_malloc_bytes = 60, .non_malloc_known = true},
                             {.time = 2000,
                              .rss_anon_bytes = 500,
                              .non_malloc_bytes = 400,
                              .user_ns = 7,
                              .system_ns = 8,
                              .non_malloc_known = true}});
  ASSERT_TRUE(program.has_value());
  EXPECT_EQ(program->allocator, "glibc");
  EXPECT_EQ(program->first_event_ns, 500'000U);
  EXPECT_EQ(program->duration_ns, 3'000'000U);
  EXPECT_EQ(program->recorder_ns, 100'000U);
  EXPECT_EQ(program->recorder_ns_max, 60'000U);
  EXPECT_EQ(program->rss.at(1'500'000), 400);
  EXPECT_EQ(program->user_ns, 7U);
  EXPECT_TRUE(program->non_malloc_known);
  EXPECT_EQ(program->non_malloc.at(1'000'000), 60 + 340 * 0.5);
  EXPECT_EQ(program->non_malloc.at(2'000'000), 400);
}

TEST_F(Recorded, without_looks_at_the_mappings_the_base_is_unknown) {
  const auto program = read({{.time = 0, .rss_anon_bytes = 100}});
  ASSERT_TRUE(program.has_value());
  EXPECT_FALSE(program->non_malloc_known);
  EXPECT_FALSE(program->rss.empty());
}

}  // namespace
}  // namespace heapreel::predict
