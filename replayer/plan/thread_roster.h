// The threads of a reel as a plan numbers them: 0 is the program's main thread, the others follow as they appear.
#pragma once

#include <vector>

#include "trace_format/base/flat_map.h"

namespace heapreel::plan {

inline constexpr uint32_t kNoThread = ~uint32_t{0};

class ThreadRoster {
 public:
  // The index of a serial, or kNoThread.
  uint32_t find(uint32_t serial) {
    if (serial == last_serial_ && last_index_ != kNoThread) [[likely]]
      return last_index_;
    const uint32_t* index = index_of_.find(uint64_t{serial} + 1);
    if (index == nullptr) return kNoThread;
    last_serial_ = serial;
    return last_index_ = *index;
  }
  // Takes a new one in; `spawn_seq` is the place of its spawn, 0 for the main thread.
  uint32_t add(uint32_t serial, uint64_t spawn_seq) {
    const auto index = static_cast<uint32_t>(lives_.size());
    index_of_.add(uint64_t{serial} + 1, index);
    lives_.push_back({.first_seq = spawn_seq, .last_seq = spawn_seq});
    return index;
  }
  void end(uint32_t index) {
    ended_ += lives_[index].ended ? 0 : 1;
    lives_[index].ended = true;
  }
  bool has_ended(uint32_t index) const { return lives_[index].ended; }
  // The thread has an op at this place.
  void acts(uint32_t index, uint64_t seq) { lives_[index].last_seq = seq; }
  size_t size() const { return lives_.size(); }
  // How many live now: those whose end is not recorded do, too.
  uint64_t alive() const { return lives_.size() - ended_; }

  // How many live at once, in replay order: from the spawn to the last op; the main thread always does.
  uint64_t alive_max() const;

 private:
  struct Life {
    uint64_t first_seq = 0;
    uint64_t last_seq = 0;
    bool ended = false;
  };

  base::FlatMap<uint32_t, 6> index_of_;
  uint32_t last_serial_ = 0;
  uint32_t last_index_ = kNoThread;
  std::vector<Life> lives_;
  uint64_t ended_ = 0;
};

}  // namespace heapreel::plan
