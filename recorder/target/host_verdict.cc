// The machine's checklist, in the order a reader wants it: what a recording cannot do without comes first, what only
// makes measurements better comes last.
#include <cstring>
#include <fmt/format.h>

#include "recorder/target/host.h"

namespace heapreel::target {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr uint64_t kMemoryRoomMin = 64 * kMiB;  // pool and collector together stay well below
constexpr uint64_t kDiskRoomMin = 1024 * kMiB;  // about 10^9 events
constexpr uint64_t kOpenFilesMin = 64;

std::string mib(uint64_t bytes) { return fmt::format("{} MiB", bytes / kMiB); }

Finding judge_kernel(const Host& host) {
  return {Level::kOk, "kernel", fmt::format("Linux {} on {}, glibc {}", host.kernel, host.machine, host.glibc)};
}

Finding judge_call(std::string_view name, std::string_view purpose, std::string_view since, int fault) {
  if (fault == 0) return {Level::kOk, std::string(name), fmt::format("works; {}", purpose)};
  return {Level::kRefuse, std::string(name), fmt::format("fails: {}; {}", std::strerror(fault), purpose),
          fault == ENOSYS ? fmt::format("it needs Linux {} or later", since)
                          : "a seccomp profile of the container may forbid it: allow it there"};
}

Finding judge_clock(const Host& host) {
  const std::string slower = "each event costs some 20 ns more, by clock_gettime";
  const std::string source = host.clocksource.empty() ? "n/a" : host.clocksource;
  if (host.tsc_is_forbidden)
    return {Level::kWarn, "time stamps", "this process may not read the TSC (PR_SET_TSC): " + slower,
            "start heapreel from a shell without that restriction"};
  if (host.clocksource == "tsc" && host.tsc_is_invariant)
    return {Level::kOk, "time stamps", "TSC: constant, never stopping, and trusted by the kernel"};
  if (host.clocksource == "tsc")
    return {Level::kWarn, "time stamps", "the CPU does not say that its TSC is constant: " + slower};
  return {Level::kWarn, "time stamps", fmt::format("the kernel's clock is {}, not the TSC: {}", source, slower),
          "`dmesg | grep -i tsc` may say why the TSC is not trusted"};
}

Finding judge_proc(const Host& host) {
  if (host.has_smaps && host.has_pagemap) return {Level::kOk, "/proc", "smaps and pagemap can be read"};
  if (!host.has_smaps)
    return {Level::kWarn, "/proc", "/proc/self/smaps cannot be read: the reel will lack the program's memory use",
            "mount it: `mount -t proc proc /proc`"};
  return {Level::kWarn, "/proc", "/proc/self/pagemap cannot be read: the reel will lack what the program touched",
          "the kernel needs CONFIG_PROC_PAGE_MONITOR"};
}

Finding judge_limits(const Host& host) {
  if (host.address_space_max != kNoLimit)
    return {Level::kWarn, "limits", fmt::format("address space is limited to {}", mib(host.address_space_max)),
            "the recorder maps its pool into the program: raise it (`ulimit -v unlimited`)"};
  if (host.file_bytes_max != kNoLimit)
    return {Level::kWarn, "limits", fmt::format("files are limited to {}", mib(host.file_bytes_max)),
            "the reel and the shared pool are files: raise it (`ulimit -f unlimited`)"};
  if (host.open_files_max < kOpenFilesMin)
    return {Level::kWarn, "limits", fmt::format("only {} files may be open", host.open_files_max),
            "raise it (`ulimit -n 1024`)"};
  return {Level::kOk, "limits", "address space and file sizes are not limited"};
}

Finding judge_memory(const Host& host) {
  if (host.cgroup_bytes_max == kNoLimit) return {Level::kOk, "memory", "the cgroup has no limit"};
  const uint64_t left = host.cgroup_bytes_max - std::min(host.cgroup_bytes_max, host.cgroup_bytes_now);
  const std::string why = fmt::format("the cgroup allows {}, and {} are left", mib(host.cgroup_bytes_max), mib(left));
  if (left < kMemoryRoomMin)
    return {Level::kWarn, "memory", why, "the recorder's memory counts, too: raise memory.max by 64 MiB"};
  return {Level::kOk, "memory", why};
}

Finding judge_output(const Host& host) {
  const std::string what = "output folder";
  if (host.output_errno != 0)
    return {Level::kRefuse, what, fmt::format("{}: {}", host.output_folder, std::strerror(host.output_errno)),
            "change to a folder you may write to, or name the reel with -o"};
  if (!host.output_bytes_free)
    return {Level::kNote, what, fmt::format("{} can be written to; its free space is n/a", host.output_folder)};
  const std::string why = fmt::format("{} has {} free", host.output_folder, mib(*host.output_bytes_free));
  if (*host.output_bytes_free < kDiskRoomMin)
    return {Level::kWarn, what, why, "a long recording may fill it: free some, or name another place with -o"};
  return {Level::kOk, what, why};
}

Finding judge_huge_pages(const Host& host) {
  const std::string what = "huge pages";
  if (host.huge_pages.empty()) return {Level::kOk, what, "transparent huge pages: n/a"};
  if (host.huge_pages == "always")
    return {Level::kNote, what, "transparent huge pages are always used: they change memory use and time",
            "replay where the same is set; the reel keeps it"};
  return {Level::kOk, what, fmt::format("transparent huge pages: {}", host.huge_pages)};
}

Finding judge_randomization(const Host& host) {
  const std::string what = "addresses";
  if (!host.randomization) return {Level::kOk, what, "randomization: n/a"};
  if (*host.randomization == 0)
    return {Level::kNote, what, "address randomization is off: runs differ less than on other machines",
            "`sysctl kernel.randomize_va_space=2` is the usual setting"};
  return {Level::kOk, what, "randomized from run to run"};
}

Finding judge_frequency(const Host& host) {
  const std::string what = "CPU frequency";
  if (host.governor.empty()) return {Level::kOk, what, "governor: n/a"};
  if (host.governor == "performance") return {Level::kOk, what, "governor: performance"};
  return {Level::kNote, what, fmt::format("governor: {}; times of replays will vary more", host.governor),
          "before measuring: `cpupower frequency-set -g performance`"};
}

Finding judge_counters(const Host& host) {
  const std::string paranoid = host.perf_paranoid ? std::to_string(*host.perf_paranoid) : "n/a";
  if (host.has_hardware_counters)
    return {Level::kOk, "CPU counters", fmt::format("available (perf_event_paranoid {})", paranoid)};
  return {Level::kNote, "CPU counters", fmt::format("n/a (perf_event_paranoid {}): reports show them as n/a", paranoid),
          host.perf_paranoid.value_or(0) > 2 ? "`sysctl kernel.perf_event_paranoid=2` may allow them" : ""};
}

}  // namespace

Findings judge_host(const Host& host) {
  return {judge_kernel(host),
          judge_call("memfd_create", "the program and the recorder share memory by it", "3.17", host.memfd_errno),
          judge_call("pidfd_open", "the recorder notices the end of the program by it", "5.3", host.pidfd_errno),
          judge_clock(host),
          judge_proc(host),
          judge_limits(host),
          judge_memory(host),
          judge_output(host),
          judge_huge_pages(host),
          judge_randomization(host),
          judge_frequency(host),
          judge_counters(host)};
}

}  // namespace heapreel::target
