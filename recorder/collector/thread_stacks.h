// One thread's stack numbers, as its definitions give them meaning: the mirror of the shim's table
// (recorder/stacks/stack_cache.h).
//
// Fed in the order of the thread's stream of events. A number means the last stack it was defined as. A number that was
// never defined, or not since forget_all() after a gap, means no stack: 0.
#pragma once

#include <cstdint>
#include <vector>

namespace heapreel::collector {

class ThreadStacks {
 public:
  static constexpr uint32_t kNumberMax = 1U << 16;  // the largest table a shim may use

  // False for a number no shim can have given.
  bool define(uint32_t number, uint32_t node) {
    if (number == 0 || number > kNumberMax) return false;
    if (number >= nodes_.size()) nodes_.resize(number + 1);
    nodes_[number] = node;
    return true;
  }

  uint32_t node_of(uint32_t number) const { return number < nodes_.size() ? nodes_[number] : 0; }

  void forget_all() { nodes_.clear(); }

 private:
  std::vector<uint32_t> nodes_;
};

}  // namespace heapreel::collector
