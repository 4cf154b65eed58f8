// What `heapreel check` found, and what `--repair` does about it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/commands/reel_session.h"
#include "trace_format/summary/summary.h"

namespace heapreel::commands {

struct Finding {
  std::string kind{};  // "file", "metadata", "block", "gap", "double free", "unknown free", "overlap", "content id"
  uint64_t offset = base::Error::kNoOffset;
  uint64_t block = base::Error::kNoOffset;  // its sequence number
  uint64_t event = base::Error::kNoOffset;  // position in replay order
  uint64_t t_ns = 0;
  uint32_t thread = 0;
  uint64_t events_lost = 0;
  std::string text{};
};

struct CheckReport {
  std::vector<Finding> findings;           // the first ones of each kind
  std::map<std::string, uint64_t> counts;  // all of them
  uint64_t events = 0;
  uint64_t events_lost = 0;
  uint64_t inversions_repaired = 0;
  std::string content_id;
};

// Writes every readable block of the reel to a new one, with a sound index; what is left out is written down in it.
base::Status repair(const ReelSession& session, const std::string& output, bool overwrite);

}  // namespace heapreel::commands
