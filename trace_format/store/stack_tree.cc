// The tree of stack_tree.h.
#include "trace_format/store/stack_tree.h"

#include <algorithm>
#include <fmt/format.h>

namespace heapreel::reel {

StackTree::StackTree(const proto::Metadata& metadata) {
  for (const proto::StackNodes& piece : metadata.stacks()) add(piece);
}

// Of a piece whose lists differ in length, what all three tell is taken.
void StackTree::add(const proto::StackNodes& piece) {
  const auto [fewest, most] = std::minmax({piece.parents_size(), piece.modules_size(), piece.offsets_size()});
  if (fewest != most) ++ragged_;
  for (int i = 0; i < fewest; ++i) {
    StackNode node{.parent = piece.parents(i), .module = piece.modules(i), .offset = piece.offsets(i)};
    if (node.parent > nodes_.size()) {
      node.parent = 0;
      ++misplaced_;
    }
    nodes_.push_back(node);
  }
}

std::vector<StackNode> StackTree::frames(uint32_t stack) const {
  std::vector<StackNode> frames;
  for (const StackNode* node = find(stack); node != nullptr; node = find(node->parent)) frames.push_back(*node);
  return frames;
}

std::vector<std::string> StackTree::faults(uint32_t stack_max) const {
  std::vector<std::string> faults;
  if (misplaced_ > 0) faults.push_back(fmt::format("{} nodes of call stacks stand before their callers", misplaced_));
  if (ragged_ > 0) faults.push_back(fmt::format("{} lists of call stacks differ in length", ragged_));
  if (stack_max > nodes_.size())
    faults.push_back(fmt::format("events name call stack {}, but the reel holds {}", stack_max, nodes_.size()));
  return faults;
}

}  // namespace heapreel::reel
