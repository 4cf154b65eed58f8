// Whatever the threads' speeds, each object sees exactly its ops, in order, and nobody waits for ever.
#include "tests/replayer/plan/simulation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/replayer/plan/reference_plan.h"
#include "tests/trace_format/true_history.h"

namespace heapreel::plan {
namespace {

using namespace heapreel::tests;  // NOLINT: the words of these tests
using namespace plan::tests;      // NOLINT

// Compares what a simulation finds with the record: the k-th op of a life, by whom and which.
class Judge {
 public:
  explicit Judge(const WantedPlan& wanted) : wanted_(&wanted) {
    std::vector<size_t> next(wanted.ops.size());
    std::map<uint64_t, uint64_t> ops_of;
    counts_.resize(wanted.ops.size());
    for (const uint64_t thread : wanted.order) {
      const WantedOp& op = wanted.ops[thread][next[thread]++];
      counts_[thread].push_back(op.life == 0 ? 0 : ops_of[op.life]++);
    }
  }

  std::string operator()(const SimulatedOp& seen) {
    if (seen.index >= wanted_->ops[seen.thread].size()) return "too many ops";
    const WantedOp& op = wanted_->ops[seen.thread][seen.index];
    ++ops_;
    if (op.kind != seen.op->kind) return fmt::format("thread {}: another kind", seen.thread);
    if (op.kind == Kind::kSpawn) return "";
    const uint64_t count = counts_[seen.thread][seen.index];
    if (is_birth(op.kind)) {
      token_of_[op.life] = ++births_;
      return "";
    }
    const bool right = token_of_.count(op.life) != 0 && token_of_[op.life] == seen.found && seen.count == count;
    return right ? ""
                 : fmt::format("thread {}, op {}: object {} after {} ops, not {} after {}", seen.thread, seen.index,
                               seen.found, seen.count, token_of_[op.life], count);
  }

  uint64_t ops() const { return ops_; }

 private:
  const WantedPlan* wanted_;
  std::vector<std::vector<uint64_t>> counts_;
  std::map<uint64_t, uint64_t> token_of_;
  uint64_t births_ = 0;
  uint64_t ops_ = 0;
};

std::string replay(const PlainPlan& plan, const WantedPlan& wanted, const Schedule& schedule) {
  Judge judge(wanted);
  std::string wrong = simulate(plan, schedule, std::ref(judge));
  if (wrong.empty() && judge.ops() != wanted.order.size()) wrong = "ops are missing";
  return wrong;
}

struct Prepared {
  TemporaryFolder folder;
  WantedPlan wanted;
  PlainPlan window;
  PlainPlan strict;
};

// Threads that hand blocks to each other, as recorders see them.
std::unique_ptr<Prepared> prepare(uint64_t seed, size_t events) {
  auto made = std::make_unique<Prepared>();
  const HistoryOptions options{
      .threads = 2 + static_cast<uint32_t>(seed * 7 % 23), .skew_ticks_max = 0, .events = events};
  const std::string reel = made->folder.file("story.reel");
  write_capture(reel, HistoryMaker(seed, options).make().capture, {.level = reel::kUncompressed, .block_events = 500});
  made->wanted = wanted_plan(read_events(reel));
  made->window = PlainPlan::of(plan_of(reel, made->folder.file("window.plan")));
  made->strict = PlainPlan::of(plan_of(reel, made->folder.file("strict.plan"), true));
  return made;
}

std::vector<Schedule> schedules(uint64_t seed) {
  return {{.ordering = Ordering::kWindow, .seed = seed},
          {.ordering = Ordering::kWindow, .seed = seed, .burst_max = 3000},
          {.ordering = Ordering::kWindow,
           .window_ops = kStretchSpanOps,
           .window_ns = kStretchSpanNs,
           .seed = seed,
           .burst_max = 50},
          {.ordering = Ordering::kNone, .seed = seed},
          {.ordering = Ordering::kNone, .seed = seed, .burst_max = 100'000}};
}

TEST(Simulation, EveryScheduleReplaysTheRecord) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const auto made = prepare(seed, 6000);
    for (const Schedule& schedule : schedules(seed))
      EXPECT_EQ(replay(made->window, made->wanted, schedule), "") << seed;
    for (const Schedule& schedule : schedules(seed))
      EXPECT_EQ(replay(made->strict, made->wanted, schedule), "") << seed;
    EXPECT_EQ(replay(made->strict, made->wanted, {.ordering = Ordering::kStrict, .seed = seed}), "") << seed;
  }
}

// Slots return to their homes only when thousands wait there; so this story is long.
TEST(Simulation, ReturnedSlotsAreUsedAgain) {
  const TemporaryFolder folder;
  std::vector<Event> events;
  const uint64_t kBlocks = 20'000;
  for (uint64_t i = 0; i < kBlocks; ++i) {
    events.push_back(malloc_of(100 + 20 * i, 0, 64, 0x1000 + 64 * i));
    if (i >= 10) events.push_back(free_of(110 + 20 * i, 1, 0x1000 + 64 * (i - 10)));
  }
  write_capture(folder.file("story.reel"), events);
  const PlanFile file = plan_of(folder.file("story.reel"), folder.file("story.plan"));
  EXPECT_LT(file.header().slots, 4200U);
  const WantedPlan wanted = wanted_plan(read_events(folder.file("story.reel")));
  for (const Schedule& schedule : schedules(5)) EXPECT_EQ(replay(PlainPlan::of(file), wanted, schedule), "");
}

// Each kind of mark that keeps the order is needed: without some of them some schedule goes wrong.
template <class Break>
int wrong_without(Break break_op) {
  int wrong = 0;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const auto made = prepare(seed, 3000);
    Random random(seed);
    PlainPlan broken = made->window;
    for (auto& thread : broken.threads)
      for (PlainPlan::Piece& piece : thread)
        for (Op& op : piece.ops) break_op(op, random);
    for (const Schedule& schedule : schedules(seed)) wrong += replay(broken, made->wanted, schedule).empty() ? 0 : 1;
  }
  return wrong;
}

TEST(Simulation, TheControlOfItself) {
  EXPECT_EQ(wrong_without([](Op&, Random&) {}), 0);
  EXPECT_GT(wrong_without([](Op& op, Random&) { op.mode &= static_cast<uint8_t>(~kWait); }), 0);
  EXPECT_GT(wrong_without([](Op& op, Random& random) {
              if ((op.mode & kWait) != 0 && random.one_in(20)) op.mode &= static_cast<uint8_t>(~kWait);
            }),
            0);
  EXPECT_GT(wrong_without([](Op& op, Random& random) {
              if (op.kind != Kind::kSpawn && random.one_in(50)) op.turn += 1;
            }),
            0);
  EXPECT_GT(wrong_without([](Op& op, Random& random) {
              if (is_death(op.kind) && random.one_in(50)) op.kind = Kind::kUsableSize;
            }),
            0);
}

// A stretch that spans more than the window can block the one that it waits for: that is why spans are short.
TEST(Simulation, AWindowShorterThanTheStretchesStandsStill) {
  int still = 0;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const auto made = prepare(seed, 3000);
    const Schedule tight = {.ordering = Ordering::kWindow, .window_ops = 1, .window_ns = 1, .seed = seed};
    still += replay(made->window, made->wanted, tight) == "every thread waits" ? 1 : 0;
  }
  EXPECT_GT(still, 0);
}

}  // namespace
}  // namespace heapreel::plan
