// The gates' teeth: plans that were tampered with are replayed, and the gate that guards against it must go red.
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>

#include "replayer/lab/experiment.h"
#include "replayer/lab/find_allocators.h"
#include "replayer/lab/gates.h"
#include "replayer/plan/plan_cache.h"

namespace heapreel::lab {
namespace {

namespace fs = std::filesystem;

using plan::Kind;

class TamperedPlanTest : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("HEAPREEL_RUNNERS", RUNNERS_FOLDER, 1);
    std::string made = (fs::temp_directory_path() / "lab-XXXXXX").string();
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    folder_ = made;
  }
  void TearDown() override { fs::remove_all(folder_); }

  // The plan of a recording of `asks`: two threads, frees across them.
  plan::PlanFile plan_of_asks() const {
    const std::string reel = (folder_ / "asks.reel").string();
    const std::string command = HEAPREEL_BINARY " record -q --force -o " + reel + " -- " LIBRARIES_FOLDER "/asks";
    EXPECT_EQ(std::system(command.c_str()), 0);
    auto planned = plan::cached_plan(reel, {.cache_folder = (folder_ / "plans").string()});
    EXPECT_TRUE(planned) << planned.error().why;
    return std::move(planned->plan);
  }

  // A copy whose ops went through `change`, with its hash made right again: the format's own check must not be what
  // finds it.
  plan::PlanFile tampered(const plan::PlanFile& plan, const std::function<void(plan::Op&)>& change) const {
    const auto bytes = base::read_file(plan.path(), uint64_t{1} << 30);
    EXPECT_TRUE(bytes);
    base::Buffer copy = *bytes;
    for (const plan::Extent& extent : plan.extents())
      for (uint64_t at = extent.offset; at < extent.offset + extent.bytes;) {
        const auto* head = reinterpret_cast<const plan::Stretch*>(copy.data() + at);
        at += sizeof *head;
        for (uint32_t i = 0; i < head->ops; ++i, at += sizeof(plan::Op))
          change(*reinterpret_cast<plan::Op*>(copy.data() + at));
      }
    const std::string path = (folder_ / "tampered.plan").string();
    auto file = base::OutputFile::create(path, true);
    EXPECT_TRUE(file && file->write(copy) && file->commit());
    auto opened = plan::PlanFile::open(path);
    EXPECT_TRUE(opened) << opened.error().why;
    return std::move(*opened);
  }

  Results replay(const plan::PlanFile& plan) const {
    Experiment experiment{.plan = plan_ref(plan), .allocators = {*find_allocator("glibc")}};
    experiment.options = {.touch = measure::Touch::kFirst,
                          .rounds = 1,
                          .watchdog_s = 5,
                          .own_binary = HEAPREEL_BINARY,
                          .began_ticks = now_ticks()};
    auto results = run_experiment(experiment);
    EXPECT_TRUE(results) << results.error().what << ": " << results.error().why;
    return std::move(*results);
  }

  Results replay_beside(const plan::PlanFile& plan, const AllocatorChoice& bad) const {
    Experiment experiment{.plan = plan_ref(plan), .allocators = {*find_allocator("glibc"), bad}};
    experiment.options = {.touch = measure::Touch::kFirst, .rounds = 1, .watchdog_s = 1, .began_ticks = now_ticks()};
    return std::move(*run_experiment(experiment));
  }

  static GateState state_of(const Results& results, int number) {
    for (const Gate& gate : results.gates)
      if (gate.number == number) return gate.state;
    return GateState::kSkipped;
  }

  fs::path folder_;
};

TEST_F(TamperedPlanTest, UntouchedItHolds) {
  const Results results = replay(plan_of_asks());
  EXPECT_FALSE(results.any_failed()) << results.allocators[0].failure << results.allocators[0].detail;
  for (const int number : {1, 2, 3, 5}) EXPECT_EQ(state_of(results, number), GateState::kPass) << results_json(results);
}

TEST_F(TamperedPlanTest, FreesThatAreDroppedShow) {
  const plan::PlanFile plan = plan_of_asks();
  bool dropped = false;
  const plan::PlanFile less = tampered(plan, [&dropped](plan::Op& op) {
    if (dropped || op.kind != Kind::kFree || (op.mode & (plan::kPublish | plan::kWait)) != 0) return;
    op.kind = Kind::kUsableSize;
    dropped = true;
  });
  ASSERT_TRUE(dropped);
  const Results results = replay(less);
  EXPECT_EQ(state_of(results, 1), GateState::kFail) << results_json(results);
  EXPECT_FALSE(results.gates_hold());
}

TEST_F(TamperedPlanTest, AnotherSizeShowsInTheBytes) {
  bool changed = false;
  const plan::PlanFile plan = plan_of_asks();
  const plan::PlanFile larger = tampered(plan, [&changed](plan::Op& op) {
    if (changed || op.kind != Kind::kMalloc) return;
    ++op.size;
    changed = true;
  });
  ASSERT_TRUE(changed);
  EXPECT_EQ(state_of(replay(larger), 1), GateState::kFail);
}

// The recording of one plan against another: what gate 2 would say if the runner had not done as it was told.
TEST_F(TamperedPlanTest, ARecordingOfAnotherStreamDiverges) {
  const plan::PlanFile plan = plan_of_asks();
  const std::string reel = (folder_ / "again.reel").string();
  const AllocatorChoice glibc = *find_allocator("glibc");
  const auto outcome = run_once({.plan = plan_ref(plan),
                                 .allocator = &glibc,
                                 .orders = {.touch = measure::Touch::kFirst, .pass = measure::Pass::kRecord},
                                 .wrapper = {HEAPREEL_BINARY, "record", "--quiet", "-o", reel, "--"}});
  ASSERT_TRUE(outcome && outcome->good()) << outcome->failure << outcome->detail;
  const auto same = compare_with_plan(reel, **PlanMap::open(plan_ref(plan)), 0);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->divergence, "");
  EXPECT_EQ(same->threads, plan.threads().size());
  const std::function<void(plan::Op&)> changes[] = {
      [](plan::Op& op) { op.size += op.kind == Kind::kMalloc ? 1 : 0; },
      [](plan::Op& op) { op.kind = op.kind == Kind::kFree ? Kind::kDelete : op.kind; },
      [&plan](plan::Op& op) {
        if (op.kind == Kind::kFree) op.slot = static_cast<uint32_t>((op.slot + 1) % plan.header().slots);
      }};
  for (const auto& change : changes) {
    const plan::PlanFile other = tampered(plan, change);
    const auto differs = compare_with_plan(reel, **PlanMap::open(plan_ref(other)), 0);
    ASSERT_TRUE(differs);
    EXPECT_NE(differs->divergence, "");
  }
}

TEST_F(TamperedPlanTest, ThreadsThatAreMixedUpShow) {
  const plan::PlanFile plan = plan_of_asks();
  ASSERT_EQ(plan.threads().size(), 2U);
  // What thread 0 should do, thread 1 does, and the other way round: as a lab that maps threads wrongly would see it.
  std::vector<plan::ThreadPlan> threads(plan.threads().begin(), plan.threads().end());
  const AllocatorChoice glibc = *find_allocator("glibc");
  const auto outcome = run_once({.plan = plan_ref(plan),
                                 .allocator = &glibc,
                                 .orders = {.touch = measure::Touch::kFirst, .pass = measure::Pass::kVerify}});
  ASSERT_TRUE(outcome && outcome->good()) << outcome->failure;
  EXPECT_EQ(conservation_fault(outcome->board, plan_ref(plan)), "");
  std::swap(threads[0], threads[1]);
  PlanRef mixed = plan_ref(plan);
  mixed.threads = threads;
  EXPECT_NE(conservation_fault(outcome->board, mixed), "");
}

TEST_F(TamperedPlanTest, AnAllocatorThatHangsLosesItsRowAlone) {
  const plan::PlanFile plan = plan_of_asks();
  const Results results = replay_beside(plan, *find_allocator("stuck=" LIBRARIES_FOLDER "/bad_hangs.so"));
  EXPECT_EQ(results.allocators[1].failure, "hung: nothing moved for 1 s");
  EXPECT_NE(results.allocators[1].detail.find("thread 0"), std::string::npos) << results.allocators[1].detail;
  EXPECT_FALSE(results.allocators[0].failed());
  EXPECT_EQ(results.allocators[0].metrics.at("ns_per_op").samples.size(), 1U);
  EXPECT_TRUE(results.any_failed());
}

TEST_F(TamperedPlanTest, AnAllocatorUnderAnothersNameLosesItsRow) {
  AllocatorChoice wrong = *find_allocator("glibc");
  wrong.name = "jemalloc";
  wrong.library = find_allocator("jemalloc")->library;
  const Results results = replay_beside(plan_of_asks(), wrong);
  EXPECT_NE(results.allocators[1].failure.find("jemalloc is not in use"), std::string::npos);
  EXPECT_FALSE(results.allocators[1].verified);
  EXPECT_TRUE(results.allocators[0].verified);
}

}  // namespace
}  // namespace heapreel::lab
