// The events of a clone: sound, the same again for the same seed, and of the same kinds as the original's.
#include <map>

#include "tests/workloads/like/programs.h"

namespace heapreel::like {
namespace {

using namespace tests;  // NOLINT: the words of these tests

// Threads that come and go, blocks that grow, blocks that another thread deletes, aligned and sized kinds.
std::vector<Event> many_kinds() {
  Program program;
  Random random(11, 1);
  for (uint32_t thread = 1; thread <= 3; ++thread) program.add({.size = 1, .thread = thread, .op = Op::kThreadStart});
  for (int i = 0; i < 4000; ++i) {
    const auto self = static_cast<uint32_t>(random.between(1, 3));
    uint64_t text = program.malloc(16, self);
    for (uint64_t size = 32; size <= 256; size *= 2) text = program.realloc(text, size, self);
    const uint64_t node = program.malloc(48, self, Op::kNew);
    program.add({.object = node, .thread = self, .op = Op::kUsableSize});
    program.events.push_back(program.events.back());
    const uint64_t page = program.malloc(4096, self, Op::kCalloc);
    program.free(text, self);
    program.free(node, 0, Op::kDeleteSized, 48);
    program.add({.old_object = page, .thread = self, .op = Op::kRealloc, .flags = reel::kNoResult});
  }
  for (uint32_t thread = 1; thread <= 3; ++thread) program.add({.thread = thread, .op = Op::kThreadEnd});
  return program.events;
}

struct Block {
  uint64_t size = 0;
};

// Every block is born once, by number, dies at most once and is used while it lives; threads act while they live.
void expect_sound(const std::vector<Event>& events) {
  std::map<uint64_t, Block> live;
  std::map<uint32_t, bool> started, ended;
  uint64_t objects = 0, time = 0;
  for (const Event& event : events) {
    ASSERT_GE(event.time, time);
    time = event.time;
    ASSERT_FALSE(ended[event.thread]);
    if (event.op == Op::kThreadStart) {
      ASSERT_FALSE(started[event.thread]);
      ASSERT_LE(event.size, 4U);
    }
    started[event.thread] = true;
    ended[event.thread] = event.op == Op::kThreadEnd;
    if (reel::releases_old(event.op, event.flags)) {
      ASSERT_EQ(live.erase(event.old_object), 1U);
    }
    if (reel::births(event.op, event.flags)) {
      ASSERT_EQ(event.object, ++objects);
      live[event.object].size = event.size;
    } else if (event.op == Op::kUsableSize) {
      ASSERT_EQ(live.count(event.object), 1U);
    } else if (reel::traits(event.op).frees) {
      if (reel::traits(event.op).sized) {
        ASSERT_EQ(live[event.object].size, event.size);
      }
      ASSERT_EQ(live.erase(event.object), 1U);
    }
  }
}

TEST(LikeClone, IsSound) {
  for (const auto& original : {many_kinds(), steady_program(50'000), growing_program(30'000), phased_program(5000)}) {
    const Model model = model_of(original);
    for (const uint64_t events : {uint64_t{0}, uint64_t{1}, uint64_t{5000}, uint64_t{120'000}})
      expect_sound(events_of(model, {.seed = 3, .events = events}));
  }
}

TEST(LikeClone, IsTheSameAgainForTheSameSeedOnly) {
  const Model model = model_of(many_kinds());
  EXPECT_EQ(events_of(model, {.seed = 5}), events_of(model, {.seed = 5}));
  EXPECT_NE(events_of(model, {.seed = 5}), events_of(model, {.seed = 6}));
}

TEST(LikeClone, KeepsKindsOfCalls) {
  const std::vector<Event> original = many_kinds();
  const Model model = model_of(original);
  std::map<Op, double> before, after;
  for (const Event& event : original) ++before[event.op];
  for (const Event& event : events_of(model)) ++after[event.op];
  for (const auto& [op, count] : before) EXPECT_NEAR(after[op] / count, 1, 0.03) << reel::traits(op).name;
  EXPECT_EQ(before.size(), after.size());
}

TEST(LikeClone, ReallocsLeadFromSizeToSizeAsTheyDid) {
  std::map<uint64_t, uint64_t> sizes;
  std::map<std::pair<uint64_t, uint64_t>, int> steps;
  for (const Event& event : events_of(model_of(many_kinds()))) {
    if (event.op == Op::kRealloc && event.flags == 0) ++steps[{sizes[event.old_object], event.size}];
    if (reel::births(event.op, event.flags)) sizes[event.object] = event.size;
  }
  int doubling = 0, all = 0;
  for (const auto& [step, count] : steps) {
    doubling += step.second == 2 * step.first ? count : 0;
    all += count;
  }
  EXPECT_GT(all, 15'000);
  EXPECT_GT(doubling, all * 99 / 100);
}

TEST(LikeClone, FreesAcrossThreadsAsOften) {
  const Likeness likeness = likeness_of(many_kinds(), model_of(many_kinds()));
  EXPECT_GT(likeness.remote_share_original, 0.1);
  EXPECT_NEAR(likeness.remote_error(), 0, 0.02);
}

TEST(LikeClone, HasAboutAsManyEventsAsAskedForAndASteadyOneTheSameLiveBytes) {
  const std::vector<Event> original = steady_program(80'000);
  const Model model = model_of(original);
  const double peak = static_cast<double>(portrait_of(original).live_peak_bytes);
  for (const uint64_t wanted : {uint64_t{40'000}, uint64_t{80'000}, uint64_t{400'000}}) {
    const std::vector<Event> events = events_of(model, {.seed = 1, .events = wanted});
    EXPECT_NEAR(static_cast<double>(events.size()) / static_cast<double>(wanted), 1, 0.05);
    EXPECT_NEAR(static_cast<double>(portrait_of(events).live_peak_bytes) / peak, 1, 0.1) << wanted;
  }
}

TEST(LikeClone, ALongerOneFreesInItsNextRunWhatWasNeverFreed) {
  Program program;
  for (int i = 0; i < 3000; ++i) program.malloc(64, 0, Op::kNew);
  const std::vector<Event> events = events_of(model_of(program.events), {.seed = 1, .events = 12'000});
  const auto deleted = std::ranges::count(events, Op::kDelete, &Event::op);
  EXPECT_NEAR(static_cast<double>(deleted), 4500, 100) << "born on every second event after the first run";
  EXPECT_NEAR(static_cast<double>(portrait_of(events).live_peak_objects), 3000, 100);
}

TEST(LikeClone, WithoutTimesAllTimesAreZero) {
  std::vector<Event> original = steady_program(30'000);
  for (Event& event : original) event.time = 0;
  const Model model = model_of(original);
  EXPECT_FALSE(model.timed);
  for (const Event& event : events_of(model)) ASSERT_EQ(event.time, 0U);
}

TEST(LikeClone, RunsAsLongAsTheOriginal) {
  const std::vector<Event> original = steady_program(30'000);
  const std::vector<Event> events = events_of(model_of(original));
  EXPECT_NEAR(static_cast<double>(events.back().time) / static_cast<double>(original.back().time), 1, 0.01);
}

}  // namespace
}  // namespace heapreel::like
