// Names to allocators, and single runs of the tiniest plan: proofs, wrong libraries, hangs.
#include <gtest/gtest.h>

#include "replayer/lab/find_allocators.h"
#include "replayer/lab/identify.h"
#include "replayer/lab/loader.h"
#include "replayer/lab/tiny_plan.h"

namespace heapreel::lab {
namespace {

class AllocatorsTest : public testing::Test {
 protected:
  void SetUp() override { ::setenv("HEAPREEL_RUNNERS", RUNNERS_FOLDER, 1); }
  static AllocatorChoice found(const std::string& named) {
    auto choice = find_allocator(named);
    EXPECT_TRUE(choice) << choice.error().what << ": " << choice.error().why;
    return choice ? *choice : AllocatorChoice{};
  }
  static std::string library(const std::string& name) { return std::string(LIBRARIES_FOLDER "/") + name + ".so"; }
};

TEST(LoaderTest, ItsAnswerIsRead) {
  const auto libraries = parse_loaded(
      "\tlinux-vdso.so.1 (0x00007ffc)\n\tlibjemalloc.so.2 => /lib/libjemalloc.so.2 (0x00007f)\n"
      "\tlibgone.so.1 => not found\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n");
  ASSERT_EQ(libraries.size(), 2U);
  EXPECT_EQ(libraries[0].name, "libjemalloc.so.2");
  EXPECT_EQ(libraries[0].path, "/lib/libjemalloc.so.2");
  EXPECT_EQ(libraries[1].path, "");
}

TEST_F(AllocatorsTest, EachProvesItself) {
  for (const char* name : {"glibc", "jemalloc"}) {
    const auto result = identify(found(name));
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->verified) << result->failure;
    EXPECT_TRUE(result->version.starts_with(name)) << result->version;
    EXPECT_GT(result->entry_points, 10U);
  }
}

TEST_F(AllocatorsTest, AnotherThanTheOneNamedIsRefused) {
  AllocatorChoice wrong = found("glibc");
  wrong.name = "jemalloc";
  wrong.library = found("jemalloc").library;
  const auto result = identify(wrong);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->verified);
  EXPECT_NE(result->failure.find("jemalloc is not in use: malloc leads to"), std::string::npos) << result->failure;
}

TEST_F(AllocatorsTest, APreloadThatIsMissingIsRefusedNotIgnored) {
  AllocatorChoice gone = found("sound=" + library("bad_nothing"));
  EXPECT_TRUE(identify(gone)->verified);
  gone.preload = "/nowhere/libgone.so";  // the loader prints a line and goes on with libc's malloc
  const auto result = identify(gone);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->verified);
  EXPECT_NE(result->failure.find("is not in use"), std::string::npos) << result->failure;
}

TEST_F(AllocatorsTest, NamesThatLeadNowhere) {
  EXPECT_NE(find_allocator("supermalloc").error().hint.find("mine="), std::string::npos);
  EXPECT_NE(find_allocator("/lib/libx.so").error().hint.find("NAME="), std::string::npos);
  EXPECT_NE(find_allocator("x=/nowhere/x.so").error().why.find("No such file"), std::string::npos);
  EXPECT_NE(find_allocator("x=" + library("no_malloc")).error().why.find("exports no malloc"), std::string::npos);
  EXPECT_EQ(find_allocators("glibc,glibc").error().code, base::ErrorCode::kUsage);
  ::setenv("HEAPREEL_RUNNERS", "/nowhere", 1);
  EXPECT_NE(find_allocator("jemalloc").error().why.find("there is no /nowhere/runner-jemalloc"), std::string::npos);
}

TEST_F(AllocatorsTest, Settings) {
  std::vector<AllocatorChoice> rows = {{.name = "a"}, {.name = "b"}};
  EXPECT_TRUE(apply_setting(rows, "a:X=1:2"));
  EXPECT_TRUE(apply_setting(rows, "Y=3"));
  EXPECT_EQ(rows[0].settings, (std::vector<std::string>{"X=1:2", "Y=3"}));
  EXPECT_EQ(rows[1].settings, std::vector<std::string>{"Y=3"});
  EXPECT_FALSE(apply_setting(rows, "c:X=1"));
  EXPECT_FALSE(apply_setting(rows, "a:X"));
  EXPECT_FALSE(apply_setting(rows, "a:=1"));
  EXPECT_FALSE(apply_setting(rows, "a:LD_PRELOAD=x"));
}

TEST_F(AllocatorsTest, ARunnerThatIsNoneFails) {
  const auto plan = TinyPlan::create();
  AllocatorChoice none{.name = "none", .runner = "/nowhere/runner"};
  EXPECT_FALSE(run_once({.plan = plan->ref(), .allocator = &none}));
  AllocatorChoice other{.name = "other", .runner = "/bin/true"};
  const auto outcome = run_once({.plan = plan->ref(), .allocator = &other});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->failure, "the runner ended before it was done");
}

// A script stands for a runner that never gets anywhere.
TEST_F(AllocatorsTest, AHangIsEndedAndSaysWhereItWas) {
  const auto plan = TinyPlan::create();
  AllocatorChoice stuck{.name = "stuck", .runner = "/bin/sleep"};
  RunRequest request{
      .plan = plan->ref(), .allocator = &stuck, .watchdog_s = 0.2, .wrapper = {"/bin/sh", "-c", "sleep 60"}};
  const auto outcome = run_once(request);
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->hung);
  EXPECT_EQ(outcome->failure, "hung: nothing moved for 0.2 s");
  EXPECT_LT(outcome->wall_ns, 30'000'000'000U);
  request.watchdog_s = 1000;
  request.time_limit_s = 0.3;
  EXPECT_TRUE(run_once(request)->timed_out);
}

TEST_F(AllocatorsTest, TheRunSeesACleanEnvironment) {
  ::setenv("LEAKED_INTO_RUNNERS", "1", 1);
  const auto plan = TinyPlan::create();
  AllocatorChoice shell{.name = "shell", .runner = "/bin/sh", .settings = {"GIVEN=yes"}};
  const std::string check =
      "test \"$GIVEN\" = yes && test -z \"$LEAKED_INTO_RUNNERS\" && test -e /proc/self/fd/4 && "
      "! test -e /proc/self/fd/5 && exit 9";
  const auto outcome = run_once({.plan = plan->ref(), .allocator = &shell, .wrapper = {"/bin/sh", "-c", check}});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_status, 9) << outcome->detail;
}

}  // namespace
}  // namespace heapreel::lab
