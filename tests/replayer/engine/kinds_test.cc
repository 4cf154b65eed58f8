// Every kind of call is made as what it was, on every allocator, and the verification pass finds nothing wrong.
#include <gtest/gtest.h>

#include "tests/bench/replay_streams.h"
#include "tests/replayer/engine/replayed.h"

namespace heapreel::engine_test {
namespace {

using reel::Op;

// Each kind of birth with each kind of death that fits it, on one thread and across two.
Story all_kinds() {
  Story story;
  story.birth(0, 24);
  story.start_thread(1, 0);
  for (const Op birth :
       {Op::kMalloc, Op::kCalloc, Op::kMemalign, Op::kPosixMemalign, Op::kAlignedAlloc, Op::kValloc, Op::kPvalloc})
    for (const Op death : {Op::kFree, Op::kFreeSized}) {
      const uint8_t align = birth == Op::kMalloc || birth == Op::kCalloc ? 0 : 8;
      story.death(0, story.birth(0, 300, birth, align), death, death == Op::kFreeSized ? 300 : 0);
      story.death(1, story.birth(0, 70'000, birth, align), death, death == Op::kFreeSized ? 70'000 : 0);
    }
  story.death(0, story.birth(0, 512, Op::kAlignedAlloc, 6), Op::kFreeAlignedSized, 512, 6);
  for (const Op birth : {Op::kNew, Op::kNewNothrow})
    for (const Op death : {Op::kDelete, Op::kDeleteSized, Op::kDeleteNothrow})
      story.death(1, story.birth(0, 40, birth), death, death == Op::kDeleteSized ? 40 : 0);
  for (const Op birth : {Op::kNewArray, Op::kNewArrayNothrow})
    for (const Op death : {Op::kDeleteArray, Op::kDeleteArraySized, Op::kDeleteArrayNothrow})
      story.death(0, story.birth(1, 4000, birth), death, death == Op::kDeleteArraySized ? 4000 : 0);
  for (const Op birth : {Op::kNewAligned, Op::kNewAlignedNothrow})
    for (const Op death : {Op::kDeleteAligned, Op::kDeleteSizedAligned, Op::kDeleteAlignedNothrow})
      story.death(0, story.birth(0, 640, birth, 7), death, death == Op::kDeleteSizedAligned ? 640 : 0, 7);
  for (const Op birth : {Op::kNewArrayAligned, Op::kNewArrayAlignedNothrow})
    for (const Op death : {Op::kDeleteArrayAligned, Op::kDeleteArraySizedAligned, Op::kDeleteArrayAlignedNothrow})
      story.death(1, story.birth(0, 640, birth, 9), death, death == Op::kDeleteArraySizedAligned ? 640 : 0, 9);
  uint64_t growing = story.resize(0, 0, 10);
  for (uint64_t size = 20; size < 300'000; size *= 3) growing = story.resize(size % 2 == 0 ? 1 : 0, growing, size);
  growing = story.resize(0, growing, 33, Op::kReallocarray);
  story.look(1, growing);
  story.death(0, growing);
  story.birth(1, 0);
  return story;
}

class Kinds : public testing::TestWithParam<const char*> {};

TEST_P(Kinds, AreMadeAsWhatTheyWere) {
  const auto plan = plan_of(all_kinds().events());
  const auto outcome = run(plan, GetParam(), {.pass = measure::Pass::kVerify});
  ASSERT_TRUE(outcome.good()) << outcome.failure << '\n' << outcome.detail;
  const measure::Counted& counted = outcome.board.board().counted;
  const plan::PlanHeader& recorded = plan.header();
  for (size_t kind = 0; kind < plan::kKinds; ++kind)
    EXPECT_EQ(counted.calls[kind], recorded.ops_by_kind[kind]) << "kind " << kind;
  EXPECT_EQ(counted.bytes_requested, recorded.bytes_requested);
  EXPECT_EQ(counted.cross_thread_frees, recorded.cross_thread_frees);
  EXPECT_GT(counted.cross_thread_frees, 0U);
  EXPECT_EQ(counted.cross_thread_reallocs, recorded.cross_thread_reallocs);
  EXPECT_EQ(counted.live_end_bytes, recorded.live_end_bytes);
  EXPECT_EQ(counted.live_end_objects, recorded.live_end_objects);
}

TEST_P(Kinds, HoldInARandomCrowd) {
  const auto plan = plan_of(bench::crowded_stream(60'000, 12));
  const auto outcome = run(plan, GetParam(), {.pass = measure::Pass::kVerify});
  ASSERT_TRUE(outcome.good()) << outcome.failure << '\n' << outcome.detail;
  EXPECT_EQ(ops_done(outcome), plan.header().ops);
  EXPECT_EQ(outcome.board.board().counted.live_end_bytes, plan.header().live_end_bytes);
}

INSTANTIATE_TEST_SUITE_P(All, Kinds, testing::Values("glibc", "jemalloc", "tcmalloc", "mimalloc", "bump", "pool"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(Identity, IsProvenByEveryEntryPoint) {
  const auto plan = plan_of(all_kinds().events());
  for (const char* name : {"glibc", "jemalloc", "tcmalloc", "mimalloc"}) {
    const auto outcome = run(plan, name, {});
    ASSERT_TRUE(outcome.good()) << name << ": " << outcome.failure;
    const measure::Board& board = outcome.board.board();
    EXPECT_GE(board.entry_points, 20U) << name;
    EXPECT_NE(std::string(board.version_text).find(name == std::string("tcmalloc") ? "gperftools" : name),
              std::string::npos)
        << board.version_text;
    EXPECT_EQ(board.mallinfo_zero, name == std::string("glibc") ? 0U : 1U) << name;
  }
}

TEST(Identity, RefusesAnotherAllocatorThanTheNamedOne) {
  const auto plan = plan_of(all_kinds().events());
  lab::AllocatorChoice choice = allocator_of("jemalloc");
  choice.library = HEAPREEL_LIBRARY_MIMALLOC;
  const auto outcome = lab::run_once({.plan = lab::plan_ref(plan), .allocator = &choice});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(outcome->good());
  EXPECT_EQ(outcome->board.board().trouble.what.load(), measure::Trouble::kWrongAllocator);
}

}  // namespace
}  // namespace heapreel::engine_test
