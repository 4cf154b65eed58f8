// The table of stacks that are known, and one whole capture.
#include "recorder/stacks/stack_cache.h"

#include <gtest/gtest.h>
#include <vector>

#include "recorder/stacks/capture.h"

namespace heapreel::stacks {
namespace {

constexpr uint32_t kEntries = 64;

class StackCacheTest : public testing::Test {
 protected:
  std::vector<uint64_t> memory_ = std::vector<uint64_t>(kEntries);
  StackCache cache_{memory_.data(), kEntries};
};

TEST_F(StackCacheTest, AStackIsNewOnce) {
  const auto first = cache_.find_or_claim(0xABCDEF);
  const auto again = cache_.find_or_claim(0xABCDEF);
  EXPECT_FALSE(first.known);
  EXPECT_TRUE(again.known);
  EXPECT_EQ(first.number, again.number);
  EXPECT_NE(first.number, kNoStack);
  EXPECT_LE(first.number, kEntries);
}

TEST_F(StackCacheTest, ANumberIsGivenAnewToTheStackThatTakesItsPlace) {
  const auto first = cache_.find_or_claim(1);
  const auto other = cache_.find_or_claim(1 + kEntries);
  EXPECT_EQ(first.number, other.number);
  EXPECT_FALSE(other.known);
  EXPECT_FALSE(cache_.find_or_claim(1).known) << "it must be defined again";
}

TEST_F(StackCacheTest, AForgottenNumberNeedsADefinition) {
  const auto first = cache_.find_or_claim(77);
  cache_.forget(first.number);
  EXPECT_FALSE(cache_.find_or_claim(77).known);
}

TEST_F(StackCacheTest, HashZeroIsAStackLikeAnyOther) {
  EXPECT_FALSE(cache_.find_or_claim(0).known);
  EXPECT_TRUE(cache_.find_or_claim(0).known);
}

[[gnu::noinline]] Captured capture(ThreadStacks& thread) {
  const Captured captured = capture_by_frame_pointers(thread, this_frame(), 10);
  asm volatile("" ::: "memory");
  return captured;
}

TEST_F(StackCacheTest, ACaptureDefinesAStackAtItsFirstSight) {
  ThreadStacks thread{.bounds = {}, .clock = {}, .cache = cache_, .frames = {}};
  std::vector<Captured> seen;
  uint64_t caller = 0;
  while (seen.size() < 3) {  // one call site
    seen.push_back(capture(thread));
    if (seen.back().depth != 0) caller = seen.back().frames[0];
  }
  const Captured elsewhere = capture(thread);
  EXPECT_GT(seen[0].depth, 0U);
  EXPECT_EQ(seen[1].depth, 0U);
  EXPECT_EQ(seen[1].number, seen[0].number);
  EXPECT_EQ(seen[2].number, seen[0].number);
  EXPECT_GT(elsewhere.depth, 0U) << "another call site is another stack";
  EXPECT_NE(elsewhere.frames[0], caller);
}

}  // namespace
}  // namespace heapreel::stacks
