// The limits a process runs under, that steer how it may use memory: rlimits and control groups.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "recorder/observe/process_files.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::observe {

inline constexpr uint64_t kNoLimit = ~uint64_t{0};

// The rows of a /proc/PID/limits; rows that make no sense are left out.
std::vector<reel::proto::Limit> parse_limits(std::string_view text);

// The folder of the process's memory control group below `root` ("/sys/fs/cgroup"), by its /proc/PID/cgroup; version 2,
// or the memory controller of version 1. Empty if it is in none.
struct MemoryGroup {
  std::string folder;      // "/sys/fs/cgroup/memory/user.slice"
  std::string root;        // where to stop when going up
  const char* limit = "";  // the name of the file that holds the limit
};
MemoryGroup parse_memory_group(std::string_view text, const std::string& root);

// The least limit of the group and of those above it; nothing if none has one.
std::optional<uint64_t> memory_limit_bytes(const MemoryGroup& group);

// The limits in force on a process. Empty for one that has gone.
struct LimitsInForce {
  std::vector<reel::proto::Limit> limits;
  uint64_t cgroup_memory_bytes = 0;  // 0: none
  bool huge_pages_disabled = false;
};
LimitsInForce read_limits(const ProcessFiles& files);
void write_limits(const LimitsInForce& limits, reel::proto::Process& process);

}  // namespace heapreel::observe
