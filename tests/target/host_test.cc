// The machine's checklist: each bad fact turns its line, and that line alone; files of the kernel are read as they are.
#include "recorder/target/host.h"

#include <cerrno>
#include <functional>
#include <sys/resource.h>

#include "tests/target/programs.h"

namespace heapreel::target::tests {
namespace {

Host good_host() {
  return {.kernel = "6.1.0",
          .machine = "x86_64",
          .glibc = "2.36",
          .clocksource = "tsc",
          .tsc_is_invariant = true,
          .has_smaps = true,
          .has_pagemap = true,
          .open_files_max = 1024,
          .huge_pages = "madvise",
          .randomization = 2,
          .output_folder = "/tmp",
          .output_bytes_free = uint64_t{1} << 40,
          .governor = "performance",
          .has_hardware_counters = true,
          .perf_paranoid = 2};
}

TEST(HostVerdictTest, AGoodHostIsAllRight) { EXPECT_EQ(worst(judge_host(good_host())), Level::kOk); }

TEST(HostVerdictTest, EachFaultTurnsItsLine) {
  struct Case {
    std::string what;
    Level level;
    std::function<void(Host&)> spoil;
  };
  const std::vector<Case> cases = {
      {"memfd_create", Level::kRefuse, [](Host& h) { h.memfd_errno = ENOSYS; }},
      {"pidfd_open", Level::kRefuse, [](Host& h) { h.pidfd_errno = EPERM; }},
      {"time stamps", Level::kWarn, [](Host& h) { h.clocksource = "hpet"; }},
      {"time stamps", Level::kWarn, [](Host& h) { h.clocksource = ""; }},
      {"time stamps", Level::kWarn, [](Host& h) { h.tsc_is_invariant = false; }},
      {"time stamps", Level::kWarn, [](Host& h) { h.tsc_is_forbidden = true; }},
      {"/proc", Level::kWarn, [](Host& h) { h.has_smaps = false; }},
      {"/proc", Level::kWarn, [](Host& h) { h.has_pagemap = false; }},
      {"limits", Level::kWarn, [](Host& h) { h.address_space_max = 1 << 30; }},
      {"limits", Level::kWarn, [](Host& h) { h.file_bytes_max = 1 << 20; }},
      {"limits", Level::kWarn, [](Host& h) { h.open_files_max = 16; }},
      {"memory", Level::kWarn, [](Host& h) { h.cgroup_bytes_max = 1 << 25; }},
      {"memory", Level::kWarn, [](Host& h) { h.cgroup_bytes_now = h.cgroup_bytes_max = 1 << 30; }},
      {"output folder", Level::kRefuse, [](Host& h) { h.output_errno = EACCES; }},
      {"output folder", Level::kWarn, [](Host& h) { h.output_bytes_free = 1 << 20; }},
      {"output folder", Level::kNote, [](Host& h) { h.output_bytes_free.reset(); }},
      {"huge pages", Level::kNote, [](Host& h) { h.huge_pages = "always"; }},
      {"addresses", Level::kNote, [](Host& h) { h.randomization = 0; }},
      {"CPU frequency", Level::kNote, [](Host& h) { h.governor = "powersave"; }},
      {"CPU counters", Level::kNote, [](Host& h) { h.has_hardware_counters = false; }},
  };
  for (const Case& bad : cases) {
    Host host = good_host();
    bad.spoil(host);
    for (const Finding& finding : judge_host(host)) {
      EXPECT_EQ(finding.level, finding.what == bad.what ? bad.level : Level::kOk)
          << finding.what << ": " << finding.why;
      EXPECT_FALSE(finding.level == Level::kRefuse && finding.hint.empty()) << finding.what;
    }
  }
}

TEST(HostVerdictTest, UnknownIsNotZero) {
  Host host = good_host();
  host.perf_paranoid.reset();
  host.has_hardware_counters = false;
  host.governor.clear();
  host.huge_pages.clear();
  host.randomization.reset();
  const std::string text = text_of(judge_host(host));
  for (const std::string& line :
       Words{"governor: n/a", "transparent huge pages: n/a", "randomization: n/a", "perf_event_paranoid n/a"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

// A tree of files as a kernel shows them.
class KernelFiles {
 public:
  void put(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(folder_ / path).parent_path());
    write_file(folder_ / path, text);
  }
  Host look() const { return look_at_host(folder_ / "", {.proc = folder_ / "proc", .sys = folder_ / "sys"}); }

 private:
  Folder folder_;
};

TEST(HostTest, KernelFilesAreRead) {
  KernelFiles files;
  files.put("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
  files.put("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu constant_tsc rep_good nonstop_tsc cpuid\n");
  files.put("proc/self/smaps", "00400000-0040b000 r-xp\n");
  files.put("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
  files.put("proc/sys/kernel/randomize_va_space", "2\n");
  files.put("proc/sys/kernel/perf_event_paranoid", "-1\n");
  files.put("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "schedutil\n");
  const Host host = files.look();
  EXPECT_EQ(host.clocksource, "tsc");
  EXPECT_TRUE(host.tsc_is_invariant);
  EXPECT_TRUE(host.has_smaps);
  EXPECT_FALSE(host.has_pagemap);
  EXPECT_EQ(host.huge_pages, "madvise");
  EXPECT_EQ(host.randomization, 2);
  EXPECT_EQ(host.perf_paranoid, -1);
  EXPECT_EQ(host.governor, "schedutil");
}

TEST(HostTest, BothWordsOfTheTscAreNeeded) {
  KernelFiles files;
  files.put("proc/cpuinfo", "flags\t\t: fpu constant_tsc nonstop_tsc_s3\n");
  EXPECT_FALSE(files.look().tsc_is_invariant);
}

TEST(HostTest, TightestCgroupCounts) {
  KernelFiles files;
  files.put("proc/self/cgroup", "0::/a/b\n");
  files.put("sys/fs/cgroup/a/b/memory.max", "max\n");
  files.put("sys/fs/cgroup/a/memory.max", "1073741824\n");
  files.put("sys/fs/cgroup/a/memory.current", "1000\n");
  files.put("sys/fs/cgroup/memory.max", "2147483648\n");
  EXPECT_EQ(files.look().cgroup_bytes_max, uint64_t{1} << 30);
  EXPECT_EQ(files.look().cgroup_bytes_now, 1000U);
}

TEST(HostTest, CgroupsOfVersionOne) {
  KernelFiles files;
  files.put("proc/self/cgroup", "12:cpu,cpuacct:/x\n5:memory:/job\n");
  files.put("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "536870912\n");
  EXPECT_EQ(files.look().cgroup_bytes_max, uint64_t{1} << 29);
  files.put("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(files.look().cgroup_bytes_max, kNoLimit);
}

TEST(HostTest, NothingThereIsUnknown) {
  const Host host = KernelFiles().look();
  EXPECT_EQ(host.clocksource, "");
  EXPECT_EQ(host.cgroup_bytes_max, kNoLimit);
  EXPECT_FALSE(host.randomization.has_value());
  EXPECT_FALSE(host.has_smaps);
}

TEST(HostTest, FolderThatIsNotThere) { EXPECT_EQ(look_at_host("/nowhere").output_errno, ENOENT); }

TEST(HostTest, CallsOfTheKernelAreTried) {
  const Host host = look_at_host("/tmp");
  EXPECT_EQ(host.memfd_errno, 0);
  EXPECT_EQ(host.pidfd_errno, 0);
  EXPECT_FALSE(host.kernel.empty());
}

// Limits bind this process alone; each TEST is one of its own under ctest.
TEST(HostTest, LimitsAreRead) {
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  struct rlimit low = before;
  low.rlim_cur = 1 << 20;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
  const uint64_t seen = look_at_host("/tmp").file_bytes_max;
  EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(seen, uint64_t{1} << 20);
}

}  // namespace
}  // namespace heapreel::target::tests
