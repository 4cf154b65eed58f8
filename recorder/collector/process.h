// A process image that the collector follows: its record in the pool, its reel, and how it ended.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "recorder/collector/lineage.h"
#include "recorder/collector/process_reel.h"
#include "trace_format/base/file.h"

namespace heapreel::collector {

struct FollowedProcess {
  uint32_t record = 0;
  int pid = 0;
  base::Fd pidfd{};
  ProcessFacts facts{};
  bool wanted = true;               // false: known, but not recorded
  bool is_gone = false;             // when it was met: there is nothing to wait for
  bool was_replaced = false;        // by an exec: another image has its pid now
  bool awaits_inheritance = false;  // of its parent, whose reel is known
  bool is_root = false;             // the command itself, or an image that replaced it
  std::string path{};               // of its reel, if it was chosen before
  std::unique_ptr<ProcessReel> reel{};
  std::shared_ptr<Lineage> lineage{};
  std::vector<uint32_t> next_chunk{};  // per thread: the sequence number that comes next
};

// How a process ended, as far as it can be known.
struct ProcessEnd {
  bool replaced = false;             // by exec
  std::optional<int> wait_status{};  // as of wait(2)
  bool exit_reached = false;         // its exit handlers ran
};

reel::proto::Ending ending_of(const ProcessEnd& end);

// --- what /proc says, as long as the process is there; empty or 0 otherwise -----------------------------------------

std::string executable_of(int pid);
std::vector<std::string> command_of(int pid);
int parent_of(int pid);
std::string base_name(const std::string& path);
// app.reel -> app.WORD.reel
std::string with_word(const std::string& path, const std::string& word);
// Neither gone nor a zombie.
bool is_alive(int pid);
// Whether the process has mapped the pool of that inode: its pid is what it said.
bool maps_pool(int pid, uint64_t inode);
// The wait status of a process that is not our child; only newer kernels tell (6.15, PIDFD_GET_INFO).
std::optional<int> wait_status_of(const base::Fd& pidfd);

}  // namespace heapreel::collector
