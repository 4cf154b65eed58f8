// What a model keeps, and above all what it does not.
#include "tests/workloads/like/programs.h"

namespace heapreel::like {
namespace {

using namespace tests;  // NOLINT: the words of these tests

constexpr uint64_t kCanary = 77'777;

bool knows_size(const Model& model, uint64_t size) {
  return std::ranges::any_of(model.cells, [size](const Cell& cell) {
    return (kLadder[cell.key.rung].exact_size && cell.key.size == size) || cell.size_mean == static_cast<double>(size);
  });
}

// A steady program in which `count` blocks of the canary's size are made, all alike.
std::vector<Event> with_canaries(int count) {
  Program program;
  for (int i = 0; i < 20'000; ++i) {
    program.free(program.malloc(64 + 16 * static_cast<uint64_t>(i % 5)));
    if (i >= 10'000 && i < 10'000 + count) program.free(program.malloc(kCanary));
  }
  return program.events;
}

class LifeList final : public LifeSink {
 public:
  void on_event(const Event&, uint64_t, uint64_t live) override { live_bytes = live; }
  void on_life(const Life& life) override { lives.push_back(life); }
  std::vector<Life> lives{};
  uint64_t live_bytes = 0;
};

LifeList lives_of(const std::vector<Event>& events) {
  LifeList list;
  VectorStream stream(events, 3);
  EXPECT_TRUE(read_lives(stream, std::array<LifeSink*, 1>{&list}).has_value());
  return list;
}

TEST(LikeLives, AReallocEndsOneLifeAndBeginsAnother) {
  Program program;
  const uint64_t small = program.malloc(10, 1);
  const uint64_t large = program.realloc(small, 30, 2);
  program.add({.object = large, .thread = 2, .op = Op::kUsableSize});
  program.free(large, 3);
  program.malloc(5, 1);
  const LifeList list = lives_of(program.events);
  ASSERT_EQ(list.lives.size(), 3U);
  EXPECT_TRUE(list.lives[0].goes_on());
  EXPECT_EQ(list.lives[0].died_by, 2U);
  EXPECT_EQ(list.lives[1].old_size, 10U);
  EXPECT_TRUE(list.lives[1].has_old);
  EXPECT_EQ(list.lives[1].reads, 1);
  EXPECT_EQ(list.lives[1].died - list.lives[1].born, 2U);
  EXPECT_EQ(list.lives[1].died_by, 3U);
  EXPECT_FALSE(list.lives[2].freed());
  EXPECT_EQ(list.live_bytes, 5U);
}

TEST(LikeLives, WhatIsUnknownOrFailedIsNoLife) {
  Program program;
  const uint64_t block = program.malloc(100);
  program.add({.size = 1 << 20, .op = Op::kMalloc, .flags = reel::kFailed});
  program.add({.size = 1 << 20, .old_object = block, .op = Op::kRealloc, .flags = reel::kFailed});
  program.add({.op = Op::kFree, .flags = reel::kUnknown});
  program.add({.op = Op::kFree});
  program.add({.size = 400, .op = Op::kGap});
  program.add({.old_object = block, .op = Op::kRealloc, .flags = reel::kNoResult});
  const LifeList list = lives_of(program.events);
  ASSERT_EQ(list.lives.size(), 1U) << "the failed realloc left it alive, the one to nothing did not";
  EXPECT_EQ(list.lives[0].died, 6U);
  EXPECT_FALSE(list.lives[0].goes_on());
  const Model model = model_of(program.events);
  EXPECT_EQ(model.left_out.failed, 2U);
  EXPECT_EQ(model.left_out.unknown_frees, 1U);
  EXPECT_EQ(model.left_out.null_frees, 1U);
  EXPECT_EQ(model.left_out.gaps, 1U);
  EXPECT_TRUE(model.cells.empty());
  EXPECT_EQ(model.left_out.lives_dropped, 1U);
  EXPECT_EQ(model.left_out.bytes_dropped, 100U);
}

TEST(LikeModel, NoCellHasFewerThanTheLeastCount) {
  const Model model = model_of(steady_program(60'000));
  ASSERT_FALSE(model.cells.empty());
  uint64_t lives = model.left_out.lives_dropped;
  for (const Cell& cell : model.cells) {
    EXPECT_GE(cell.count, kCountLeast);
    lives += cell.count;
  }
  EXPECT_EQ(lives, model.lives) << "each life is in one cell, or dropped";
}

TEST(LikeModel, ASizeThatTooFewShareIsNeitherInTheModelNorInTheClone) {
  for (int count = 1; count < static_cast<int>(kCountLeast); ++count) {
    const std::vector<Event> original = with_canaries(count);
    ASSERT_TRUE(has_size(original, kCanary));
    const Model model = model_of(original);
    EXPECT_FALSE(knows_size(model, kCanary)) << count;
    EXPECT_FALSE(has_size(events_of(model), kCanary)) << count;
  }
}

// The control of the one above: it would see a canary that is there.
TEST(LikeModel, ASizeThatEnoughShareIsKeptExactly) {
  const Model model = model_of(with_canaries(kCountLeast));
  EXPECT_TRUE(knows_size(model, kCanary));
  EXPECT_TRUE(has_size(events_of(model), kCanary));
}

TEST(LikeModel, ThreadsAreNumberedAnewAndThoseOfTooFewEventsLeftOut) {
  Program program;
  for (const uint32_t thread : {900U, 70U, 5000U}) {
    if (thread != 900) program.add({.size = 901, .thread = thread, .op = Op::kThreadStart});
    for (int i = 0; i < (thread == 70 ? 3 : 500); ++i) program.free(program.malloc(64, thread), thread);
    if (thread != 900) program.add({.thread = thread, .op = Op::kThreadEnd});
  }
  const Model model = model_of(program.events);
  EXPECT_EQ(model.left_out.threads, 1U);
  ASSERT_EQ(model.threads.size(), 2U);
  EXPECT_EQ(model.threads[1].creator, 1U);
  std::vector<uint32_t> calls(2);
  for (const Event& event : events_of(model)) {
    ASSERT_LT(event.thread, 2U);
    ++calls[event.thread];
  }
  EXPECT_GT(calls[0], 900U);
  EXPECT_GT(calls[1], 900U);
}

TEST(LikeModel, OfTooManyKindsItBecomesCoarserAndNotLarger) {
  Program program;
  Random random(1, 1);
  for (int i = 0; i < 40'000; ++i) program.free(program.malloc(random.between(1, 1'000'000)));
  const Model fine = model_of(program.events);
  const Model coarse = model_of(program.events, 500);
  EXPECT_LT(coarse.cells.size(), 2'000U);
  EXPECT_EQ(coarse.lives, fine.lives);
  EXPECT_LT(likeness_of(program.events, coarse).size_distance(), kSizeDistanceMost);
}

TEST(LikeModel, OfNothingThereIsNothing) {
  EXPECT_TRUE(model_of({}).cells.empty());
  EXPECT_TRUE(events_of(model_of({})).empty());
  Program one;
  one.malloc(10);
  EXPECT_EQ(model_of(one.events).left_out.lives_dropped, 1U);
  EXPECT_TRUE(events_of(model_of(one.events)).empty());
}

}  // namespace
}  // namespace heapreel::like
