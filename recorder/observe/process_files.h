// The files of /proc/PID, opened once and read from outside the process.
//
// A process id is reused, an open file of /proc is not: it stays with the process it was opened for, and reads fail
// once that has gone. `smaps` and `pagemap` moreover stay with the *image* they were opened for (proc_mem_open in
// fs/proc/base.c): after an exec they read as empty, and same_image() tells.
// A process may end at any moment. Then, as where the system forbids a file, a reading is absent, and nothing is an
// error.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <sys/types.h>
#include <vector>

#include "trace_format/base/file.h"

namespace heapreel::observe {

// From statm, about 1 us. Before kernel 6.17 the counts may be off by some 64 pages a processor (batched counters).
struct MemoryReading {
  uint64_t rss_anon_bytes = 0;
  uint64_t rss_shared_bytes = 0;  // RssFile and RssShmem
};

// From status, about 6 us.
struct StatusReading {
  uint64_t rss_file_bytes = 0;
  uint64_t rss_shmem_bytes = 0;
  uint64_t swap_bytes = 0;
  uint64_t threads = 0;
  bool huge_pages_disabled = false;
};

// Of all threads, those that have ended included. The sum of user_ns and system_ns is exact, from the process's CPU
// clock; how it is divided comes from stat, whose ticks are of 10 ms and which the kernel scales itself.
struct CpuReading {
  uint64_t user_ns = 0;
  uint64_t system_ns = 0;
  uint64_t minor_faults = 0;
  uint64_t major_faults = 0;
};

struct ThreadSeen {
  pid_t tid = 0;
  std::string name;
};

class ProcessFiles {
 public:
  // Fails if there is no such process.
  static base::Result<ProcessFiles> open(pid_t pid);

  pid_t pid() const { return pid_; }
  // Whether it still runs: a zombie does not, unless only its first thread is one (pthread_exit in main).
  bool alive() const;
  // Has memory() and status() read by way of a thread that lives: those of an ended first thread are empty.
  void find_living_thread();
  // Whether it still runs the image it ran when this was opened. True if the system does not let us know.
  bool same_image() const;

  std::optional<MemoryReading> memory() const;
  std::optional<StatusReading> status() const;
  // Also of a zombie.
  std::optional<CpuReading> cpu() const;

  // Reads smaps from its start, at most a buffer at a time; 0 at the end, or if it cannot be read.
  size_t read_smaps(uint64_t& offset, std::span<char> into) const;
  // The entries of /proc/PID/pagemap from page number `first` on (address / page size). How many were read.
  size_t read_pagemap(uint64_t first, std::span<uint64_t> into) const;
  bool can_read_maps() const { return smaps_.valid() && pagemap_.valid(); }

  std::vector<ThreadSeen> threads() const;
  std::string executable() const;
  std::vector<std::string> command() const;
  // All of a small file of the process; empty if it cannot be read.
  std::string text(const char* name) const;

 private:
  explicit ProcessFiles(pid_t pid) : pid_(pid) {}

  base::Fd open_file(const std::string& name) const;

  pid_t pid_;
  base::Fd folder_;
  base::Fd statm_;
  base::Fd stat_;
  base::Fd status_;
  base::Fd smaps_;
  base::Fd pagemap_;
};

uint64_t page_bytes();

}  // namespace heapreel::observe
