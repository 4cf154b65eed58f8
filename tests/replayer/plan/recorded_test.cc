// A real recording: threads in a ring that pass their blocks on as fast as they can.
#include <cstdlib>
#include <gtest/gtest.h>

#include "tests/replayer/plan/reference_plan.h"
#include "tests/replayer/plan/simulation.h"

namespace heapreel::plan {
namespace {

using namespace heapreel::tests;  // NOLINT: the words of these tests
using namespace plan::tests;      // NOLINT

#ifdef HEAPREEL_BINARY
TEST(Recorded, TheRingReplaysInAnyOrderThatThePlanAllows) {
  const TemporaryFolder folder;
  const std::string reel = folder.file("ring.reel");
  const std::string command = std::string(HEAPREEL_BINARY) + " record -o " + reel + " -- " + HEAPREEL_RING +
                              " 4 3000 100 > " + folder.file("out") + " 2> " + folder.file("err");
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  const PlanFile plan = plan_of(reel, folder.file("ring.plan"));
  EXPECT_GE(plan.threads().size(), 5U);
  EXPECT_GT(plan.header().cross_thread_frees, 11'000U);
  EXPECT_EQ(plan.header().policies.unknown_frees + plan.header().policies.double_frees, 0U);
  const PlainPlan plain = PlainPlan::of(plan);
  const PlainPlan strict = PlainPlan::of(plan_of(reel, folder.file("strict.plan"), true));
  for (const uint64_t burst : {1U, 500U, 1'000'000U}) {
    const auto see = [](const SimulatedOp& seen) {
      return is_birth(seen.op->kind) || seen.op->kind == Kind::kSpawn || seen.found != 0 ? "" : "an empty slot";
    };
    EXPECT_EQ(simulate(plain, {.ordering = Ordering::kWindow, .seed = burst, .burst_max = burst}, see), "");
    EXPECT_EQ(simulate(plain, {.ordering = Ordering::kNone, .seed = burst, .burst_max = burst}, see), "");
    EXPECT_EQ(simulate(strict, {.ordering = Ordering::kStrict, .seed = burst, .burst_max = burst}, see), "");
  }
}
#endif

}  // namespace
}  // namespace heapreel::plan
