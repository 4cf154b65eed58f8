// Limits and the machine: texts with known answers, and the real ones against the system's own calls.
#include "recorder/observe/process_limits.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "recorder/observe/machine.h"
#include "tests/trace_format/temporary.h"

namespace heapreel::observe {
namespace {

constexpr const char* kHeads = "Limit                     Soft Limit           Hard Limit           Units     \n";

TEST(Limits, AreReadByColumns) {
  const std::string text = std::string(kHeads) +
                           "Max stack size            8388608              unlimited            bytes     \n"
                           "Max nice priority         0                    0                    \n"
                           "Max nonsense              much                 unlimited            bytes     \n"
                           "Max cut";
  const auto limits = parse_limits(text);
  ASSERT_EQ(limits.size(), 2U);
  EXPECT_EQ(limits[0].name(), "Max stack size");
  EXPECT_EQ(limits[0].soft(), 8388608U);
  EXPECT_EQ(limits[0].hard(), kNoLimit);
  EXPECT_EQ(limits[1].name(), "Max nice priority");
  EXPECT_TRUE(parse_limits("").empty());
}

TEST(Limits, OfThisProcessAreThoseOfGetrlimit) {
  const auto files = ProcessFiles::open(getpid());
  ASSERT_TRUE(files);
  const LimitsInForce limits = read_limits(*files);
  rlimit open_files{};
  getrlimit(RLIMIT_NOFILE, &open_files);
  reel::proto::Process process;
  write_limits(limits, process);
  bool found = false;
  for (const auto& limit : process.limits()) {
    if (limit.name() != "Max open files") continue;
    found = true;
    EXPECT_EQ(limit.soft(), open_files.rlim_cur);
    EXPECT_EQ(limit.hard(), open_files.rlim_max);
  }
  EXPECT_TRUE(found);
}

TEST(MemoryGroup, OfBothVersions) {
  EXPECT_EQ(parse_memory_group("0::/user.slice/a\n", "/r").folder, "/r/user.slice/a");
  const MemoryGroup first = parse_memory_group("9:name=systemd:/\n4:memory:/job/a:b\n0::/\n", "/r");
  EXPECT_EQ(first.folder, "/r/memory/job/a:b");
  EXPECT_STREQ(first.limit, "memory.limit_in_bytes");
  EXPECT_TRUE(parse_memory_group("nonsense\n3:cpu:/x\n", "/r").folder.empty());
}

TEST(MemoryGroup, TheLeastLimitOnTheWayUpHolds) {
  const heapreel::tests::TemporaryFolder root;
  std::filesystem::create_directories(root.path() / "a/b");
  const MemoryGroup group = parse_memory_group("0::/a/b\n", root.path().string());
  EXPECT_FALSE(memory_limit_bytes(group));
  std::ofstream(root.path() / "a/b/memory.max") << "max\n";
  EXPECT_FALSE(memory_limit_bytes(group));
  std::ofstream(root.path() / "a/memory.max") << "1000000\n";
  EXPECT_EQ(memory_limit_bytes(group), 1000000U);
  std::ofstream(root.path() / "a/b/memory.max") << "2000000\n";
  EXPECT_EQ(memory_limit_bytes(group), 1000000U);
}

TEST(Machine, IsKnown) {
  const auto machine = read_machine();
  EXPECT_EQ(machine.page_bytes(), static_cast<uint32_t>(sysconf(_SC_PAGESIZE)));
  EXPECT_GE(machine.cpus(), 1U);
  EXPECT_EQ(machine.memory_bytes() / machine.page_bytes(), static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)));
  EXPECT_TRUE(machine.kernel().starts_with("Linux "));
  EXPECT_TRUE(machine.libc().starts_with("glibc "));
  EXPECT_FALSE(machine.architecture().empty());
  EXPECT_EQ(machine.transparent_huge_pages().find_first_of("[] "), std::string::npos);
}

}  // namespace
}  // namespace heapreel::observe
