// What the machine and this process's limits are, as far as a recording depends on them.
//
// look_at_host() gathers and never fails: what cannot be learnt stays empty or unknown, and is shown as "n/a", never as
// 0. judge_host() (host_verdict.cc) is pure. Deliberately absent: ptrace rights and RLIMIT_MEMLOCK, since nothing is
// traced and nothing is locked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "recorder/target/finding.h"

namespace heapreel::target {

constexpr uint64_t kNoLimit = ~uint64_t{0};

struct Host {
  std::string kernel{};   // "6.1.0-18-amd64"
  std::string machine{};  // "x86_64"
  std::string glibc{};    // "2.36"
  int memfd_errno = 0;    // of memfd_create; 0 if it works
  int pidfd_errno = 0;    // of pidfd_open
  std::string clocksource{};
  bool tsc_is_invariant = false;  // the CPU says constant_tsc and nonstop_tsc
  bool tsc_is_forbidden = false;  // prctl(2), PR_SET_TSC
  bool has_smaps = false;         // /proc/self/smaps and pagemap can be read
  bool has_pagemap = false;
  uint64_t address_space_max = kNoLimit;  // RLIMIT_AS, _FSIZE, _NOFILE
  uint64_t file_bytes_max = kNoLimit;
  uint64_t open_files_max = kNoLimit;
  uint64_t cgroup_bytes_max = kNoLimit;
  uint64_t cgroup_bytes_now = 0;
  std::string huge_pages{};            // "always", "madvise" or "never"
  std::optional<int> randomization{};  // randomize_va_space
  std::string output_folder{};
  int output_errno = 0;  // why it cannot be written to; 0 if it can
  std::optional<uint64_t> output_bytes_free{};
  std::string governor{};              // of the first CPU
  bool has_hardware_counters = false;  // perf_event_open counts cycles
  std::optional<int> perf_paranoid{};
};

// Where kernel files are read from; a test lays out its own.
struct HostRoots {
  std::string proc = "/proc";
  std::string sys = "/sys";
};

Host look_at_host(const std::string& output_folder, const HostRoots& roots = {});

Findings judge_host(const Host& host);

}  // namespace heapreel::target
