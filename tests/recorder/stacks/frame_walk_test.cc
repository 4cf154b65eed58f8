// The walk by frame pointers: right on real stacks, harmless on any garbage. Compiled with frame pointers.
#include "recorder/stacks/frame_walk.h"

#include <algorithm>
#include <execinfo.h>
#include <gtest/gtest.h>
#include <random>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace heapreel::stacks {
namespace {

constexpr uint32_t kRecursion = 20;

struct Seen {
  std::vector<uint64_t> walked;
  std::vector<uint64_t> by_glibc;
  StackHash hash;
};

// The upper bound is generous: the walk must end by itself where the chain does.
[[gnu::noinline]] void look(Seen& seen, uint32_t depth_max) {
  const Frame* const frame = this_frame();
  const uint64_t end = address_of(frame) + 16384;
  seen.walked.resize(depth_max);
  seen.walked.resize(walk_frames(frame, end, depth_max, seen.walked.data()));
  seen.hash = hash_frames(frame, end, depth_max);
  void* addresses[kDepthMax];
  const int found = backtrace(addresses, kDepthMax);
  for (int i = 0; i < found; ++i) seen.by_glibc.push_back(address_of(addresses[i]));
}

[[gnu::noinline]] void recurse(Seen& seen, uint32_t depth_max, uint32_t left) {  // NOLINT(misc-no-recursion)
  if (left == 0)
    look(seen, depth_max);
  else
    recurse(seen, depth_max, left - 1);
  asm volatile("" ::: "memory");  // no tail calls
}

uint64_t hash_as_walked(const std::vector<uint64_t>& frames) {
  uint64_t hash = kHashStart;
  for (const uint64_t frame : frames) hash = mix_frame(hash, frame);
  return finish_hash(hash);
}

TEST(FrameWalk, FindsWhatGlibcUnwinds) {
  Seen seen;
  recurse(seen, kDepthMax, kRecursion);
  const auto first = std::find(seen.by_glibc.begin(), seen.by_glibc.end(), seen.walked.at(0));
  ASSERT_NE(first, seen.by_glibc.end());
  ASSERT_GE(seen.walked.size(), kRecursion + 2);  // recurse() 21 times, and the test's body
  EXPECT_TRUE(std::equal(first, first + kRecursion + 2, seen.walked.begin()));
}

TEST(FrameWalk, StopsAtTheGreatestDepthAndHashesThatMuch) {
  Seen whole;
  Seen part;
  for (Seen* const seen : {&whole, &part}) recurse(*seen, seen == &whole ? kDepthMax : 7, kRecursion);
  ASSERT_EQ(part.walked.size(), 7U);
  EXPECT_EQ(part.hash.depth, 7U);
  EXPECT_TRUE(std::equal(part.walked.begin(), part.walked.end(), whole.walked.begin()));
  EXPECT_EQ(part.hash.hash, hash_as_walked(part.walked));
  EXPECT_EQ(whole.hash.hash, hash_as_walked(whole.walked));
  EXPECT_NE(part.hash.hash, whole.hash.hash);
}

using Hash = uint64_t (*)(const std::vector<uint64_t>&);
class StackHashTest : public testing::TestWithParam<Hash> {};

INSTANTIATE_TEST_SUITE_P(Both, StackHashTest, testing::Values(&hash_as_walked, [](const std::vector<uint64_t>& frames) {
                           return hash_of(frames.data(), static_cast<uint32_t>(frames.size()));
                         }));

TEST_P(StackHashTest, EveryFrameAndTheOrderCount) {
  std::vector<uint64_t> frames;
  std::vector<uint64_t> hashes;
  for (uint64_t depth = 0; depth < 20; ++depth) {
    for (size_t changed = 0; changed < frames.size(); ++changed) {
      std::vector<uint64_t> other = frames;
      other[changed] += 16;
      hashes.push_back(GetParam()(other));
      if (changed > 0) {
        other = frames;
        std::swap(other[changed - 1], other[changed]);
        hashes.push_back(GetParam()(other));
      }
    }
    hashes.push_back(GetParam()(frames));
    frames.push_back(0x401000 + depth * 0x1230);
  }
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

// Stacks that differ little - neighbouring call sites in two frames - must not cancel out.
TEST_P(StackHashTest, NeighbouringStacksHashApart) {
  std::vector<uint64_t> hashes;
  for (uint64_t outer = 0; outer < 1000; ++outer)
    for (uint64_t inner = 0; inner < 1000; ++inner)
      hashes.push_back(GetParam()({0x7F0000401000 + inner, 0x555500001000 + outer, 0x7F0000500000}));
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

// --- garbage --------------------------------------------------------------------------------------------------------

// A page of frames that ends where nothing can be read.
class FenceTest : public testing::Test {
 protected:
  static constexpr size_t kPage = 4096;
  static constexpr size_t kFrames = kPage / sizeof(Frame);

  void SetUp() override {
    auto* const memory =
        static_cast<char*>(mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ASSERT_NE(memory, MAP_FAILED);
    ASSERT_EQ(mprotect(memory + kPage, kPage, PROT_NONE), 0);
    frames_ = reinterpret_cast<Frame*>(memory);
  }
  void TearDown() override { munmap(frames_, 2 * kPage); }

  uint64_t end() const { return address_of(frames_) + kPage; }
  const Frame* at(uint64_t address) const { return reinterpret_cast<const Frame*>(address); }
  uint32_t depth() const { return hash_frames(frames_, end(), kDepthMax).depth; }

  Frame* frames_ = nullptr;
};

TEST_F(FenceTest, EndsAtEveryKindOfBadLink) {
  frames_[0] = {.caller = &frames_[1], .return_address = 0x401000};
  frames_[1].return_address = 0x402000;
  const uint64_t first = address_of(&frames_[0]);
  for (const uint64_t bad : {uint64_t{0}, first, first + 16, first + 40, end(), end() - 8, end() + 4096, first - 64,
                             ~uint64_t{0}, ~uint64_t{15}, uint64_t{1} << 63}) {
    frames_[1].caller = at(bad);
    EXPECT_EQ(depth(), 2U) << bad;
  }
}

TEST_F(FenceTest, TakesTheLastFrameThatFits) {
  frames_[0] = {.caller = &frames_[kFrames - 1], .return_address = 0x401000};
  frames_[kFrames - 1] = {.caller = at(end()), .return_address = 0x402000};
  EXPECT_EQ(depth(), 2U);
}

TEST_F(FenceTest, EndsWhereNoCodeCanBe) {
  frames_[0] = {.caller = &frames_[1], .return_address = 0x401000};
  frames_[1] = {.caller = &frames_[2], .return_address = 12};
  EXPECT_EQ(depth(), 1U);
}

TEST_F(FenceTest, SurvivesRandomChains) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 100'000; ++round) {
    for (size_t i = 0; i < kFrames; i += 1 + random() % 7)
      frames_[i] = {.caller = at(random() % 4 != 0 ? address_of(frames_) + random() % (2 * kPage) : random()),
                    .return_address = random()};
    ASSERT_LE(depth(), kDepthMax);
  }
}

// The control: with an end that is too high, the same chains do fault.
TEST_F(FenceTest, FaultsWhenTheEndIsWrong) {
  frames_[0] = {.caller = at(end()), .return_address = 0x401000};
  EXPECT_EXIT(_exit(static_cast<int>(hash_frames(frames_, end() + kPage, kDepthMax).depth)),
              testing::KilledBySignal(SIGSEGV), "");
}

}  // namespace
}  // namespace heapreel::stacks
