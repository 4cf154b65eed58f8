// The call stacks of a reel: a tree of return addresses, as its metadata's StackNodes tell it piece by piece.
//
// The invariant: the parent of a node has a smaller number, so every walk to a root ends. A node that says otherwise is
// a root here, and faults() tells how many there are. Deliberately absent: names of functions.
#pragma once

#include <string>
#include <vector>

#include "trace_format/wire/reel.pb.h"

namespace heapreel::reel {

struct StackNode {
  uint32_t parent = 0;  // the caller's number; 0: a root
  uint32_t module = 0;  // a Module's serial; 0: none
  uint64_t offset = 0;  // from the module's load address; without a module the address itself
};

class StackTree {
 public:
  explicit StackTree(const proto::Metadata& metadata);

  // Nodes are numbered from 1.
  uint32_t nodes() const { return static_cast<uint32_t>(nodes_.size()); }
  // The node of that number, or nullptr.
  const StackNode* find(uint32_t number) const {
    return number == 0 || number > nodes_.size() ? nullptr : &nodes_[number - 1];
  }
  // The frames of a stack, the innermost first; none if there is no such stack.
  std::vector<StackNode> frames(uint32_t stack) const;
  // What is wrong with the tree, and with events whose stacks are numbered up to `stack_max`.
  std::vector<std::string> faults(uint32_t stack_max) const;

 private:
  void add(const proto::StackNodes& piece);

  std::vector<StackNode> nodes_;
  uint64_t misplaced_ = 0;  // nodes whose parent does not come before them
  uint64_t ragged_ = 0;     // pieces whose lists differ in length
};

}  // namespace heapreel::reel
