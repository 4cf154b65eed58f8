// Every fact from where the kernel tells it; one small function for each.
#include "recorder/target/host.h"

#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <gnu/libc-version.h>
#include <linux/perf_event.h>
#include <sstream>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "trace_format/base/file.h"

namespace heapreel::target {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

template <class Number>
std::optional<Number> number_in(const std::string& path) {
  const std::string line = first_line(path);
  Number number{};
  const auto [end, fault] = std::from_chars(line.data(), line.data() + line.size(), number);
  return fault == std::errc() && end != line.data() ? std::optional(number) : std::nullopt;
}

void look_at_kernel(Host& host) {
  struct utsname names {};
  if (::uname(&names) == 0) {
    host.kernel = names.release;
    host.machine = names.machine;
  }
  host.glibc = ::gnu_get_libc_version();
  const base::Fd memory(static_cast<int>(::syscall(SYS_memfd_create, "heapreel-doctor", MFD_CLOEXEC)));
  host.memfd_errno = memory.valid() ? 0 : errno;
  const base::Fd process(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  host.pidfd_errno = process.valid() ? 0 : errno;
}

// The flags line of the first CPU names both, as words of their own.
bool names_invariant_tsc(const std::string& cpuinfo) {
  std::ifstream file(cpuinfo);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("flags")) continue;
    std::istringstream words(line);
    bool constant = false, nonstop = false;
    for (std::string word; words >> word;) {
      constant |= word == "constant_tsc";
      nonstop |= word == "nonstop_tsc";
    }
    return constant && nonstop;
  }
  return false;
}

void look_at_clock(Host& host, const HostRoots& roots) {
  host.clocksource = first_line(roots.sys + "/devices/system/clocksource/clocksource0/current_clocksource");
  host.tsc_is_invariant = names_invariant_tsc(roots.proc + "/cpuinfo");
#ifdef PR_GET_TSC
  int mode = 0;
  host.tsc_is_forbidden = ::prctl(PR_GET_TSC, &mode) == 0 && mode == PR_TSC_SIGSEGV;
#endif
}

uint64_t limit_of(__rlimit_resource which) {
  struct rlimit limit {};
  const bool known = ::getrlimit(which, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return known ? limit.rlim_cur : kNoLimit;
}

struct CgroupMemory {
  uint64_t bytes_max = kNoLimit;
  uint64_t bytes_now = 0;
};

// The tightest limit from `folder` up to the root of the hierarchy.
CgroupMemory memory_of_cgroup(const std::string& root, std::string folder, const std::string& max_name,
                              const std::string& now_name) {
  constexpr uint64_t kAbsurd = uint64_t{1} << 60;  // how version 1 says "none"
  CgroupMemory tightest;
  for (;;) {
    const std::string place = root + folder;
    const auto limit = number_in<uint64_t>(place + max_name);
    if (limit && *limit < kAbsurd && *limit < tightest.bytes_max)
      tightest = {*limit, number_in<uint64_t>(place + now_name).value_or(0)};
    if (folder.empty()) return tightest;
    folder.erase(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/'));
  }
}

CgroupMemory look_at_cgroup(const HostRoots& roots) {
  std::ifstream file(roots.proc + "/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find(':'), second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string folder = line.substr(second + 1);
    if (folder == "/") folder.clear();
    if (controllers.empty()) {
      const CgroupMemory found = memory_of_cgroup(roots.sys + "/fs/cgroup", folder, "/memory.max", "/memory.current");
      if (found.bytes_max != kNoLimit) return found;
    } else if (("," + controllers + ",").find(",memory,") != std::string::npos) {
      return memory_of_cgroup(roots.sys + "/fs/cgroup/memory", folder, "/memory.limit_in_bytes",
                              "/memory.usage_in_bytes");
    }
  }
  return {};
}

// "always [madvise] never": the chosen one stands in brackets.
std::string chosen_in(const std::string& line) {
  const size_t from = line.find('['), to = line.find(']');
  return from == std::string::npos || to == std::string::npos || to < from ? "" : line.substr(from + 1, to - from - 1);
}

void look_at_output(Host& host, const std::string& folder) {
  host.output_folder = folder;
  host.output_errno = ::access(folder.c_str(), W_OK | X_OK) == 0 ? 0 : errno;
  struct statvfs space {};
  if (::statvfs(folder.c_str(), &space) == 0) host.output_bytes_free = uint64_t{space.f_bavail} * space.f_frsize;
}

bool counts_cycles() {
  struct perf_event_attr wanted {};
  wanted.size = sizeof wanted;
  wanted.type = PERF_TYPE_HARDWARE;
  wanted.config = PERF_COUNT_HW_CPU_CYCLES;
  wanted.exclude_kernel = 1;
  wanted.disabled = 1;
  return base::Fd(static_cast<int>(::syscall(SYS_perf_event_open, &wanted, 0, -1, -1, PERF_FLAG_FD_CLOEXEC))).valid();
}

}  // namespace

Host look_at_host(const std::string& output_folder, const HostRoots& roots) {
  Host host;
  look_at_kernel(host);
  look_at_clock(host, roots);
  host.has_smaps = !first_line(roots.proc + "/self/smaps").empty();
  host.has_pagemap = ::access((roots.proc + "/self/pagemap").c_str(), R_OK) == 0;
  host.address_space_max = limit_of(RLIMIT_AS);
  host.file_bytes_max = limit_of(RLIMIT_FSIZE);
  host.open_files_max = limit_of(RLIMIT_NOFILE);
  const CgroupMemory memory = look_at_cgroup(roots);
  host.cgroup_bytes_max = memory.bytes_max;
  host.cgroup_bytes_now = memory.bytes_now;
  host.huge_pages = chosen_in(first_line(roots.sys + "/kernel/mm/transparent_hugepage/enabled"));
  host.randomization = number_in<int>(roots.proc + "/sys/kernel/randomize_va_space");
  look_at_output(host, output_folder);
  host.governor = first_line(roots.sys + "/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  host.has_hardware_counters = counts_cycles();
  host.perf_paranoid = number_in<int>(roots.proc + "/sys/kernel/perf_event_paranoid");
  return host;
}

}  // namespace heapreel::target
