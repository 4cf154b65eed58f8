// What a forked child must know of where it came from: outlives the process it is about.
//
//   child's Lineage -> parent's Lineage -> ...     shared; one that was sealed without calls of its own is passed over
//
// A child whose parent was not recorded has a Lineage without a parent, and inherits nothing.
#pragma once

#include <memory>
#include <string>

#include "recorder/collector/live_cursor.h"

namespace heapreel::collector {

struct FollowedProcess;

struct Lineage {
  std::shared_ptr<Lineage> parent{};
  uint64_t start = 0;                  // raw stamp: its reel's time 0
  uint64_t forked_at = 0;              // raw stamp: what lived in the parent then is inherited
  FollowedProcess* process = nullptr;  // null once its reel is sealed, or will never be
  bool had_calls = false;              // of a sealed one
  bool lost = false;                   // its reel could not be made, or not be written to its end
  std::string reel_id{};
  std::string path{};                    // of a sealed reel
  uint32_t heirs = 0;                    // children that still wait for what they inherit
  uint64_t window_begin = 0;             // of a sealed reel that is the last part of a run: in its time
  std::unique_ptr<LiveSet> of_window{};  // what lived at the fork, of a parent that keeps its last part in memory
  std::unique_ptr<LiveCursor> cursor{};  // as far as an heir has asked; not kept once there can be no more
};

// From now on this is the parent of what it points to, unless that has said all it had to say.
inline void adopt(Lineage& child, std::shared_ptr<Lineage> parent) {
  while (parent != nullptr && parent->process == nullptr && !parent->had_calls) {
    child.forked_at = parent->forked_at;
    parent = parent->parent;
  }
  child.parent = std::move(parent);
}

}  // namespace heapreel::collector
