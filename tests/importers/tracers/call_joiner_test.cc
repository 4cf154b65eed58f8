// Beginnings and ends of calls: what is joined, what lies within another call, what was lost.
#include "tools/importers/tracers/call_joiner.h"

#include <gtest/gtest.h>

namespace heapreel::importers {
namespace {

using reel::Event;
using reel::Op;

Event allocation(uint32_t thread, Op op, uint64_t time, uint64_t size = 8) {
  return {.time = time, .size = size, .thread = thread, .op = op};
}
Event release(uint32_t thread, Op op, uint64_t block) { return {.object = block, .thread = thread, .op = op}; }

TEST(CallJoiner, AnAllocationIsToldAtItsReturn) {
  CallJoiner joiner;
  Event told;
  EXPECT_FALSE(joiner.begin(allocation(7, Op::kMalloc, 100, 24)));
  ASSERT_TRUE(joiner.end(7, Op::kMalloc, 130, 0x1000, told));
  EXPECT_EQ(told, (Event{.time = 130, .size = 24, .object = 0x1000, .thread = 7, .duration = 30, .op = Op::kMalloc}));
}

TEST(CallJoiner, AReleaseIsToldWhereItBegins) {
  CallJoiner joiner;
  Event told;
  EXPECT_TRUE(joiner.begin(release(1, Op::kFree, 0x1000)));
  EXPECT_FALSE(joiner.end(1, Op::kFree, 5, 0, told));
  EXPECT_EQ(joiner.counts().unbegun, 0U);
}

TEST(CallJoiner, ThreadsDoNotMix) {
  CallJoiner joiner;
  Event told;
  joiner.begin(allocation(1, Op::kMalloc, 10, 11));
  joiner.begin(allocation(2, Op::kMalloc, 20, 22));
  ASSERT_TRUE(joiner.end(1, Op::kMalloc, 30, 0x1000, told));
  EXPECT_EQ(told.size, 11U);
  ASSERT_TRUE(joiner.end(2, Op::kMalloc, 40, 0x2000, told));
  EXPECT_EQ(told.size, 22U);
}

TEST(CallJoiner, OfCallsWithinCallsTheOutermostIsTold) {
  CallJoiner joiner;
  Event told;
  joiner.begin(allocation(1, Op::kNewNothrow, 10));
  joiner.begin(allocation(1, Op::kNew, 11));
  joiner.begin(allocation(1, Op::kMalloc, 12));
  EXPECT_FALSE(joiner.end(1, Op::kMalloc, 13, 0x1000, told));
  EXPECT_FALSE(joiner.end(1, Op::kNew, 14, 0x1000, told));
  ASSERT_TRUE(joiner.end(1, Op::kNewNothrow, 15, 0x1000, told));
  EXPECT_EQ(told.op, Op::kNewNothrow);
  EXPECT_EQ(joiner.counts().nested, 2U);
}

TEST(CallJoiner, AFreeWithinARealloc) {
  CallJoiner joiner;
  Event told;
  joiner.begin(allocation(1, Op::kRealloc, 10, 0));
  EXPECT_FALSE(joiner.begin(release(1, Op::kFree, 0x1000)));
  EXPECT_TRUE(joiner.end(1, Op::kRealloc, 11, 0, told));
  EXPECT_TRUE(joiner.begin(release(1, Op::kFree, 0x1000))) << "after it, a free is the program's";
}

TEST(CallJoiner, AFreeWithinADelete) {
  CallJoiner joiner;
  EXPECT_TRUE(joiner.begin(release(1, Op::kDeleteSized, 0x1000)));
  EXPECT_FALSE(joiner.begin(release(1, Op::kDelete, 0x1000)));
  EXPECT_FALSE(joiner.begin(release(1, Op::kFree, 0x1000)));
  EXPECT_TRUE(joiner.begin(release(1, Op::kFree, 0x2000))) << "of another block";
  EXPECT_TRUE(joiner.begin(release(1, Op::kFree, 0x2000))) << "free does not call itself: a double free is one";
  EXPECT_TRUE(joiner.begin(release(2, Op::kFree, 0x1000))) << "in another thread";
}

TEST(CallJoiner, ADeleteBeforeTheBlockWasHandedOutAgain) {
  CallJoiner joiner;
  Event told;
  EXPECT_TRUE(joiner.begin(release(1, Op::kDelete, 0x1000)));
  joiner.begin(allocation(1, Op::kMalloc, 10));
  joiner.end(1, Op::kMalloc, 11, 0x1000, told);
  EXPECT_TRUE(joiner.begin(release(1, Op::kFree, 0x1000)));
}

TEST(CallJoiner, ALostReturnSwallowsNothing) {
  CallJoiner joiner;
  Event told;
  joiner.begin(allocation(1, Op::kMalloc, 10, 1));
  joiner.begin(allocation(1, Op::kMalloc, 20, 2));  // malloc does not call malloc
  ASSERT_TRUE(joiner.end(1, Op::kMalloc, 21, 0x1000, told));
  EXPECT_EQ(told.size, 2U);
  joiner.begin(allocation(1, Op::kMalloc, 30, 3));
  EXPECT_TRUE(joiner.begin(release(1, Op::kFree, 0x1000))) << "nor does it call free";
  EXPECT_EQ(joiner.counts().unreturned, 2U);
}

// realloc may call malloc, so the first ones are believed to be its own.
TEST(CallJoiner, ALostReturnSwallowsNotForEver) {
  CallJoiner joiner;
  Event told;
  joiner.begin(allocation(1, Op::kRealloc, 10));
  int told_count = 0;
  for (uint64_t i = 0; i < 100; ++i) {
    joiner.begin(allocation(1, Op::kMalloc, 20 + i));
    told_count += joiner.end(1, Op::kMalloc, 20 + i, 0x1000 + i, told) ? 1 : 0;
  }
  EXPECT_GT(told_count, 80);
  EXPECT_EQ(joiner.counts().unreturned, 1U);
  EXPECT_EQ(joiner.counts().nested + static_cast<uint64_t>(told_count), 100U) << "all are accounted for";
}

TEST(CallJoiner, WhatIsUnderWayAtTheEnd) {
  CallJoiner joiner;
  joiner.begin(allocation(1, Op::kMalloc, 10));
  joiner.begin(allocation(2, Op::kCalloc, 10));
  joiner.begin(release(3, Op::kFree, 0x1000));
  EXPECT_EQ(joiner.counts().unreturned, 2U);
  ASSERT_EQ(joiner.remarks().size(), 1U);
  EXPECT_EQ(joiner.remarks()[0], "2 calls whose return is not in the trace were left out");
}

TEST(CallJoiner, AReturnOutOfNowhere) {
  CallJoiner joiner;
  Event told;
  EXPECT_FALSE(joiner.end(1, Op::kMalloc, 10, 0x1000, told));
  joiner.begin(allocation(1, Op::kMalloc, 20));
  EXPECT_FALSE(joiner.end(1, Op::kCalloc, 21, 0x2000, told));
  EXPECT_TRUE(joiner.end(1, Op::kMalloc, 22, 0x1000, told));
  EXPECT_EQ(joiner.counts().unbegun, 2U);
}

TEST(CallForms, EveryOuterCallOutranksTheInnerOne) {
  for (const auto& [outer, inner] : {std::pair{Op::kNew, Op::kMalloc},
                                     {Op::kNewArrayNothrow, Op::kNewArray},
                                     {Op::kNewAligned, Op::kAlignedAlloc},
                                     {Op::kPosixMemalign, Op::kMemalign},
                                     {Op::kReallocarray, Op::kRealloc},
                                     {Op::kCalloc, Op::kMalloc},
                                     {Op::kRealloc, Op::kFree},
                                     {Op::kDelete, Op::kFree},
                                     {Op::kDeleteArraySized, Op::kDeleteArray},
                                     {Op::kDeleteArray, Op::kDelete}})
    EXPECT_GT(call_rank(outer), call_rank(inner)) << reel::traits(outer).name << " " << reel::traits(inner).name;
}

TEST(CallForms, ArgumentsByTheirMeaning) {
  Event event;
  const uint64_t two[] = {3, 100};
  ASSERT_TRUE(fill_call(*find_call("calloc"), two, event));
  EXPECT_EQ(event.size, 300U);
  ASSERT_TRUE(fill_call(*find_call("memalign"), two, event));
  EXPECT_EQ(event.size, 100U);
  EXPECT_EQ(event.align_log2, 2) << "memalign rounds up";
  const uint64_t absurd[] = {~uint64_t{0}, 100};
  ASSERT_TRUE(fill_call(*find_call("memalign"), absurd, event));
  EXPECT_EQ(event.align_log2, 63);
  const uint64_t three[] = {0x1000, 64, 200};
  ASSERT_TRUE(fill_call(*find_call("posix_memalign"), three, event));
  EXPECT_EQ(event.size, 200U);
  EXPECT_EQ(event.align_log2, 6);
  ASSERT_TRUE(fill_call(*find_call("posix_memalign"), std::span(three).last(2), event)) << "without the place";
  EXPECT_EQ(event.size, 200U);
  ASSERT_TRUE(fill_call(*find_call("_ZdlPvm"), std::span(three).first(2), event));
  EXPECT_EQ(event.object, 0x1000U);
  EXPECT_EQ(event.size, 64U);
  EXPECT_FALSE(fill_call(*find_call("realloc"), std::span(three).first(1), event));
  const uint64_t huge[] = {uint64_t{1} << 40, uint64_t{1} << 40};
  ASSERT_TRUE(fill_call(*find_call("calloc"), huge, event));
  EXPECT_EQ(event.size, ~uint64_t{0});
  EXPECT_EQ(find_call("mallocx"), nullptr);
}

}  // namespace
}  // namespace heapreel::importers
