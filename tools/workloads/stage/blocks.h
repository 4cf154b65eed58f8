// Handles of the blocks a simulated program holds, and the object numbers they get once their births are handed on.
//
// A handle is used again only after its death was handed on, so that events still on their way cannot mix up two
// blocks. Memory is that of the blocks alive, not of all there ever were.
#pragma once

#include <cstdint>
#include <vector>

namespace heapreel::workloads {

class Blocks {
 public:
  Blocks() : numbers_(1) {}

  uint32_t take() {
    if (spare_.empty()) {
      numbers_.push_back(kHeld);
      return static_cast<uint32_t>(numbers_.size() - 1);
    }
    const uint32_t handle = spare_.back();
    spare_.pop_back();
    numbers_[handle] = kHeld;
    return handle;
  }

  void set_number(uint32_t handle, uint64_t number) { numbers_[handle] = number; }
  // Gives the handle back.
  uint64_t bury(uint32_t handle) {
    spare_.push_back(handle);
    return numbers_[handle];
  }

 private:
  static constexpr uint64_t kHeld = ~uint64_t{0};

  std::vector<uint64_t> numbers_;  // by handle; none has handle 0
  std::vector<uint32_t> spare_;
};

}  // namespace heapreel::workloads
