// How far clones of made-up programs are from their originals; and that the distances see what is wrong.
#include "tests/workloads/like/programs.h"

namespace heapreel::like {
namespace {

using namespace tests;  // NOLINT: the words of these tests

void expect_like(const std::vector<Event>& original, double peak_error_most) {
  const Likeness likeness = likeness_of(original, model_of(original));
  EXPECT_EQ(likeness.objection(), "");
  EXPECT_NEAR(likeness.peak_error, 0, peak_error_most);
  EXPECT_NEAR(likeness.mean_error, 0, 0.05);
  EXPECT_LT(likeness.curve_error, 0.05);
  EXPECT_NEAR(likeness.events_error, 0, 0.02);
  EXPECT_LT(likeness.kinds_distance, 0.02);
  EXPECT_LT(likeness.size_distance(), 0.05);
  EXPECT_LT(likeness.lifetimes_distance, 0.15);
}

TEST(LikeLikeness, OfASteadyProgram) { expect_like(steady_program(150'000), kPeakErrorMost); }
TEST(LikeLikeness, OfAGrowingProgram) { expect_like(growing_program(100'000), 0.05); }
TEST(LikeLikeness, OfAProgramThatChangesPhase) { expect_like(phased_program(20'000), 0.05); }

// Gives the cells of each rung each other's lifetimes, the least sizes those of the greatest.
Model with_shuffled_lifetimes(Model model) {
  std::ranges::sort(model.cells, {}, [](const Cell& cell) { return std::pair(cell.key.rung, cell.size_mean); });
  for (auto begin = model.cells.begin(); begin != model.cells.end();) {
    const auto end =
        std::find_if(begin, model.cells.end(), [&](const Cell& cell) { return cell.key.rung != begin->key.rung; });
    for (auto low = begin, high = end - 1; low < high; ++low, --high) {
      std::swap(low->key.lasts, high->key.lasts);
      std::swap(low->key.death, high->key.death);
      std::swap(low->key.died_by, high->key.died_by);
      std::swap(low->length_mean, high->length_mean);
    }
    begin = end;
  }
  return model;
}

TEST(LikeLikeness, AModelWithShuffledLifetimesFailsItsCheck) {
  const std::vector<Event> original = growing_program(100'000);
  EXPECT_NE(likeness_of(original, with_shuffled_lifetimes(model_of(original))).objection(), "");
}

TEST(LikeLikeness, AModelWithOtherSizesFailsItsCheck) {
  const std::vector<Event> original = steady_program(50'000);
  Model model = model_of(original);
  for (Cell& cell : model.cells) {
    cell.key.size += kLadder[cell.key.rung].exact_size ? cell.key.size / 2 : 0;
    cell.size_mean *= 1.5;
  }
  const Likeness likeness = likeness_of(original, model);
  EXPECT_GT(likeness.size_distance(), kSizeDistanceMost);
  EXPECT_GT(likeness.peak_error, kPeakErrorMost);
  EXPECT_NE(likeness.objection().find("sizes"), std::string::npos);
  EXPECT_NE(likeness.objection().find("peak"), std::string::npos);
}

TEST(LikeLikeness, OfTheSameIsNothing) {
  const Portrait portrait = portrait_of(phased_program(1000));
  const Likeness likeness = compare(portrait, portrait);
  EXPECT_EQ(likeness.peak_error, 0);
  EXPECT_EQ(likeness.curve_error, 0);
  EXPECT_EQ(likeness.size_distance(), 0);
  EXPECT_EQ(likeness.lifetimes_distance, 0);
  EXPECT_EQ(likeness.kinds_distance, 0);
}

TEST(LikeLikeness, OfNothingToSomethingIsAll) {
  const Portrait some = portrait_of(growing_program(1000));
  const Portrait none = portrait_of({});
  EXPECT_EQ(compare(some, none).peak_error, -1);
  EXPECT_EQ(compare(none, some).peak_error, 1);
  EXPECT_EQ(compare(some, none).size_distance(), 1);
  EXPECT_EQ(compare(none, none).objection(), "");
}

TEST(LikeLikeness, DistancesOfSharesByHand) {
  const std::vector<uint64_t> a = {5, 5, 0}, b = {0, 20, 20}, empty = {0, 0, 0};
  EXPECT_DOUBLE_EQ(total_variation(a, b), 0.5);
  EXPECT_DOUBLE_EQ(total_variation(a, empty), 1);
  EXPECT_DOUBLE_EQ(greatest_step(std::vector<double>{5, 5, 0}, std::vector<double>{0, 20, 20}), 0.5);
  EXPECT_DOUBLE_EQ(greatest_step(std::vector<double>{1, 0, 1}, std::vector<double>{0, 2, 0}), 0.5);
}

TEST(LikePortrait, CountsByHand) {
  Program program;
  const uint64_t a = program.malloc(100, 1);
  const uint64_t b = program.malloc(28, 1);
  program.free(a, 2);
  program.realloc(b, 50, 1);
  const Portrait portrait = portrait_of(program.events);
  EXPECT_EQ(portrait.live_peak_bytes, 128U);
  EXPECT_EQ(portrait.live_peak_objects, 2U);
  EXPECT_DOUBLE_EQ(portrait.live_mean_bytes, (100 + 128 + 28 + 50) / 4.0);
  EXPECT_DOUBLE_EQ(portrait.remote_share(), 0.5);
  EXPECT_EQ(portrait.lives_by_length_log2[2], 2U) << "both lived for two events";
  EXPECT_EQ(portrait.lives_by_length_log2.back(), 1U);
}

TEST(LikePortrait, SizesHaveBucketsOfTheirOwnInOrder) {
  size_t last = 0;
  for (uint64_t size = 0; size < 5000; ++size) {
    const size_t bucket = size_bucket(size);
    ASSERT_TRUE(bucket == last || bucket == last + 1) << size;
    last = bucket;
  }
  EXPECT_LT(size_bucket(~uint64_t{0}), kSizeBuckets);
}

}  // namespace
}  // namespace heapreel::like
