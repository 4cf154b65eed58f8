// All call stacks of a recording as one tree, so that what stacks share is kept once.
//
// A node is a frame under its caller's node; nodes are numbered from 1 in the order they were made, a parent is always
// made before its children, 0 is the root. A stack is named by the node of its innermost frame. Two equal stacks get
// one number, whichever threads saw them. Nothing is ever changed or taken back, so pieces can be written as they grow.
// Bounded: beyond kStackNodesMax a stack that needs new nodes is named 0, and counted.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recorder/collector/module_map.h"

namespace heapreel::collector {

inline constexpr uint32_t kStackNodesMax = 1U << 22;  // some 100 MiB here

// A run of nodes, one in each place of the three lists; message StackNodes of the reel.
struct StackNodes {
  std::vector<uint32_t> parents;  // numbers, over all runs
  std::vector<uint32_t> modules;  // serials; 0: the offset is the address itself
  std::vector<uint64_t> offsets;  // return addresses, from the module's first byte
  size_t size() const { return parents.size(); }
};

class StackTable {
 public:
  explicit StackTable(uint32_t nodes_max = kStackNodesMax);

  // The number of a stack of return addresses. A walk by frame pointers can run into garbage: from the first address
  // that is not code on, the outer frames are left out and the stack counts as cut. The innermost is always kept.
  uint32_t intern(std::span<const uint64_t> frames_innermost_first, const ModuleMap& modules);

  // Nodes made since the last call, the oldest `nodes_max` of them.
  StackNodes take_new_nodes(size_t nodes_max = ~size_t{0});

  size_t nodes() const { return nodes_.size(); }
  uint64_t stacks_cut() const { return stacks_cut_; }
  uint64_t stacks_refused() const { return stacks_refused_; }

 private:
  struct Node {
    uint64_t offset;
    uint32_t module;
    uint32_t parent;
    bool operator==(const Node&) const = default;
  };

  uint32_t child(const Node& node);
  size_t place_of(const Node& node) const;
  void grow();

  std::vector<Node> nodes_;       // number - 1
  std::vector<uint32_t> places_;  // open addressing: numbers, 0 empty; at most half full
  uint32_t nodes_max_;
  size_t taken_ = 0;
  uint64_t stacks_cut_ = 0;
  uint64_t stacks_refused_ = 0;
};

}  // namespace heapreel::collector
