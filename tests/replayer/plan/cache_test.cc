// Plans are kept, found again, replaced when damaged, and leave in order of use; whoever uses one keeps it.
#include <chrono>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "replayer/plan/plan_cache.h"
#include "tests/trace_format/reels.h"
#include "tests/trace_format/true_history.h"

namespace heapreel::plan {
namespace {

using namespace heapreel::tests;  // NOLINT: the words of these tests
namespace fs = std::filesystem;

class Cache : public ::testing::Test {
 protected:
  std::string reel(uint64_t seed, const std::string& name = "") {
    const std::string path = folder_.file(name.empty() ? std::to_string(seed) + ".reel" : name);
    write_capture(path, HistoryMaker(seed, {.threads = 3, .events = 2000}).make().capture);
    return path;
  }
  PlanOptions options(uint64_t bytes_max = 1 << 30) {
    return {.cache_folder = folder_.file("cache"), .cache_bytes_max = bytes_max};
  }
  CachedPlan get(const std::string& path, const PlanOptions& how) {
    auto plan = cached_plan(path, how);
    EXPECT_TRUE(plan.has_value()) << plan.error().what << ": " << plan.error().why;
    EXPECT_TRUE(plan->plan.check().has_value());
    return std::move(*plan);
  }
  std::vector<fs::path> kept() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder_.file("cache"))) files.push_back(entry.path());
    return files;
  }

  TemporaryFolder folder_;
};

TEST_F(Cache, APlanIsMadeOnce) {
  const std::string path = reel(1);
  const CachedPlan made = get(path, options());
  EXPECT_FALSE(made.was_cached);
  EXPECT_EQ(made.warning, "");
  const CachedPlan found = get(path, options());
  EXPECT_TRUE(found.was_cached);
  EXPECT_EQ(found.plan.header().hash, made.plan.header().hash);
  EXPECT_EQ(kept().size(), 1U);
  struct stat status {};
  ASSERT_EQ(::stat(folder_.file("cache").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(Cache, TheSameReelElsewhereIsTheSame) {
  get(reel(1), options());
  EXPECT_TRUE(get(reel(1, "copy.reel"), options()).was_cached);
  EXPECT_FALSE(get(reel(2), options()).was_cached);
}

TEST_F(Cache, StrictAndNotAreTwoPlans) {
  PlanOptions strict = options();
  strict.strict = true;
  get(reel(1), options());
  EXPECT_FALSE(get(reel(1), strict).was_cached);
  EXPECT_TRUE(get(reel(1), strict).was_cached);
  EXPECT_EQ(get(reel(1), strict).plan.header().flags & kStrictPlan, kStrictPlan);
  EXPECT_EQ(kept().size(), 2U);
}

// A packed reel goes by its content id: recompressed, it has the same plan; with other times, another.
TEST_F(Cache, PackedReelsGoByTheirContent) {
  const std::string capture = reel(1);
  pack_to(capture, folder_.file("a.reel"), {}, 0);
  pack_to(folder_.file("a.reel"), folder_.file("b.reel"), {.level = 1}, 0);
  pack_to(capture, folder_.file("c.reel"), {}, 50'000);
  get(folder_.file("a.reel"), options());
  EXPECT_TRUE(get(folder_.file("b.reel"), options()).was_cached);
  EXPECT_FALSE(get(folder_.file("c.reel"), options()).was_cached);
}

TEST_F(Cache, ADamagedPlanIsMadeAnew) {
  const std::string path = reel(1);
  const uint64_t hash = get(path, options()).plan.header().hash;
  for (const size_t keep : {0, 100, 5000}) {
    fs::resize_file(kept().front(), keep);
    const CachedPlan again = get(path, options());
    EXPECT_FALSE(again.was_cached);
    EXPECT_EQ(again.plan.header().hash, hash);
    EXPECT_TRUE(get(path, options()).was_cached);
  }
}

TEST_F(Cache, TheLeastRecentlyUsedLeavesFirst) {
  const uint64_t bytes = get(reel(1), options()).plan.header().file_bytes;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  get(reel(2), options());
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(get(reel(1), options()).was_cached) << "used again";
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  get(reel(3), options(2 * bytes + bytes / 2));
  EXPECT_TRUE(get(reel(1), options()).was_cached);
  EXPECT_TRUE(get(reel(3), options()).was_cached);
  EXPECT_FALSE(get(reel(2), options()).was_cached);
}

TEST_F(Cache, APlanInUseStays) {
  const CachedPlan used = get(reel(1), options());
  const uint64_t bytes = used.plan.header().file_bytes;
  const CachedPlan other = get(reel(2), options(bytes + bytes / 2));
  EXPECT_NE(other.warning, "") << "no room beside the one in use";
  EXPECT_TRUE(get(reel(1), options()).was_cached);
  EXPECT_EQ(other.plan.path(), "");
}

TEST_F(Cache, NoCacheLeavesNothing) {
  PlanOptions without = options();
  without.use_cache = false;
  EXPECT_EQ(get(reel(1), without).warning, "");
  EXPECT_EQ(get(reel(1), options(0)).warning, "");
  EXPECT_FALSE(fs::exists(folder_.file("cache")));
}

TEST_F(Cache, AFolderThatCannotBeIsToldAndPassedOver) {
  write_bytes(folder_.file("cache"), base::Buffer(1, 0));
  const CachedPlan plan = get(reel(1), options());
  EXPECT_NE(plan.warning.find("not kept"), std::string::npos) << plan.warning;
  if (::geteuid() != 0) {
    fs::remove(folder_.file("cache"));
    fs::create_directory(folder_.file("cache"));
    fs::permissions(folder_.file("cache"), fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_NE(get(reel(1), options()).warning, "");
  }
}

TEST_F(Cache, TheEnvironmentSetsTheLimit) {
  const std::string path = reel(1);
  const PlanOptions by_system = {.cache_folder = folder_.file("cache")};
  ::setenv("HEAPREEL_CACHE_MAX", "0", 1);
  EXPECT_EQ(get(path, by_system).plan.path(), "");
  ::setenv("HEAPREEL_CACHE_MAX", "512M", 1);
  EXPECT_NE(get(path, by_system).plan.path(), "");
  for (const char* nonsense : {"much", "-1", "5X", "99999999999G", "5MM"}) {
    ::setenv("HEAPREEL_CACHE_MAX", nonsense, 1);
    const auto plan = cached_plan(path, by_system);
    ASSERT_FALSE(plan.has_value()) << nonsense;
    EXPECT_EQ(plan.error().code, base::ErrorCode::kUsage);
  }
  ::unsetenv("HEAPREEL_CACHE_MAX");
}

// A reel with a block that cannot be read: its plan tells of the loss, and is not kept for those who have it whole.
TEST_F(Cache, ADamagedReelsPlanIsNotKept) {
  pack_to(reel(1), folder_.file("a.reel"), {});
  base::Buffer bytes = read_bytes(folder_.file("a.reel"));
  const auto file = reel::ReelFile::open(folder_.file("a.reel"));
  for (const reel::BlockEntry& entry : file->blocks())
    if (entry.holds_events()) bytes[entry.offset + sizeof(reel::BlockHeader) + 5] ^= 1;
  write_bytes(folder_.file("b.reel"), bytes);
  const CachedPlan plan = get(folder_.file("b.reel"), options());
  EXPECT_TRUE(plan.report.blocks_damaged);
  EXPECT_GE(plan.plan.header().policies.lost_events, 2000U);
  EXPECT_TRUE(kept().empty());
}

TEST_F(Cache, ProcessesThatPlanTheSameReelDoNotDisturbEachOther) {
  const std::string path = reel(1);
  const uint64_t hash = get(path, options()).plan.header().hash;
  fs::remove_all(folder_.file("cache"));
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    const pid_t child = ::fork();
    if (child != 0) {
      children.push_back(child);
      continue;
    }
    bool right = true;
    for (int round = 0; round < 5; ++round) {
      const auto plan = cached_plan(path, options());
      right = right && plan && plan->plan.header().hash == hash && plan->plan.check() && plan->warning.empty();
    }
    ::_exit(right ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(kept().size(), 1U) << "nothing unfinished is left";
}

}  // namespace
}  // namespace heapreel::plan
