// No sequence of the original is in a clone: what the two have in common, clones of other seeds have in common, too.
//
// The measure is the longest run of (kind, size) that two streams share. It is what chance makes it between two
// independent clones; a clone that repeated its original would share more with it than with its own sibling.
#include <unordered_set>

#include "tests/workloads/like/programs.h"

namespace heapreel::like {
namespace {

using namespace tests;  // NOLINT: the words of these tests

using Letters = std::vector<uint64_t>;

Letters letters_of(const std::vector<Event>& events) {
  Letters letters;
  for (const Event& event : events)
    letters.push_back((event.size * 64 + static_cast<uint64_t>(event.op)) * 0x9E3779B97F4A7C15U);
  return letters;
}

// The hashes of all runs of a length (Rabin and Karp's).
std::unordered_set<uint64_t> runs_of(const Letters& letters, size_t length) {
  constexpr uint64_t kBase = 0x100000001b3U;
  uint64_t power = 1, hash = 0;
  for (size_t i = 0; i < length; ++i) power *= kBase;
  std::unordered_set<uint64_t> runs;
  for (size_t i = 0; i < letters.size(); ++i) {
    hash = hash * kBase + letters[i];
    if (i >= length) hash -= power * letters[i - length];
    if (i + 1 >= length) runs.insert(hash);
  }
  return runs;
}

bool share_run(const Letters& a, const Letters& b, size_t length) {
  const auto runs = runs_of(a, length);
  return std::ranges::any_of(runs_of(b, length), [&runs](uint64_t run) { return runs.contains(run); });
}

size_t longest_common_run(const Letters& a, const Letters& b) {
  size_t known = 0, impossible = std::min(a.size(), b.size()) + 1;
  while (known + 1 < impossible) {
    const size_t middle = (known + impossible) / 2;
    (share_run(a, b, middle) ? known : impossible) = middle;
  }
  return known;
}

// Requests that each ask for the same forty sizes in the same order: a sequence that tells what the program is.
std::vector<Event> telling_program() {
  Program program;
  Random random(21, 1);
  std::vector<uint64_t> sizes;
  for (int i = 0; i < 40; ++i) sizes.push_back(16 * random.between(1, 60));
  while (program.events.size() < 40'000) {
    std::vector<uint64_t> blocks;
    for (const uint64_t size : sizes) blocks.push_back(program.malloc(size));
    for (const uint64_t block : blocks) program.free(block);
    program.free(program.malloc(16 * random.between(1, 60)));
  }
  return program.events;
}

class LikePrivacy : public ::testing::Test {
 protected:
  const std::vector<Event> original_ = telling_program();
  const Model model_ = model_of(original_);
  const Letters letters_ = letters_of(original_);
  const Letters clone_ = letters_of(events_of(model_, {.seed = 1}));
  const Letters sibling_ = letters_of(events_of(model_, {.seed = 2}));
};

TEST_F(LikePrivacy, ACloneSharesNoLongerRunWithItsOriginalThanWithASibling) {
  const size_t by_chance = longest_common_run(clone_, sibling_);
  const size_t shared = longest_common_run(clone_, letters_);
  EXPECT_LE(shared, by_chance + by_chance / 2 + 2);
  EXPECT_LT(by_chance, 40U) << "else the test could not tell a request that was kept";
}

// The control: one request of the original in a whole clone is seen.
TEST_F(LikePrivacy, OneRequestOfTheOriginalWouldBeSeen) {
  Letters leaky = clone_;
  std::copy_n(letters_.begin() + 8100, 81, leaky.begin() + 5000);
  const size_t by_chance = longest_common_run(leaky, sibling_);
  EXPECT_GT(longest_common_run(leaky, letters_), by_chance + by_chance / 2 + 2);
}

TEST_F(LikePrivacy, TheMeasureByHand) {
  const Letters a = {1, 2, 3, 4, 5, 6}, b = {9, 3, 4, 5, 1, 2};
  EXPECT_EQ(longest_common_run(a, b), 3U);
  EXPECT_EQ(longest_common_run(a, a), 6U);
  EXPECT_EQ(longest_common_run(a, {7, 8}), 0U);
}

}  // namespace
}  // namespace heapreel::like
