// When the memory pass measures: evenly in recorded time, evenly in ops, and wherever the live bytes pass a new maximum
// by 1 %, so that one measurement is within 1 % of the peak, which only the end of the reel knows.
#pragma once

#include <cstdint>

namespace heapreel::plan {

class CheckpointSchedule {
 public:
  // What is to come; estimates will do.
  CheckpointSchedule(uint64_t ops, uint64_t duration_ns);

  // Whether a measurement is due before the op at this place and time.
  bool is_due(uint64_t seq, uint64_t time_ns, uint64_t live_bytes) const {
    return seq >= next_seq_ || time_ns >= next_time_ns_ || live_bytes >= next_live_bytes_;
  }
  // It was taken.
  void taken(uint64_t seq, uint64_t time_ns, uint64_t live_bytes);

 private:
  uint64_t step_ops_;
  uint64_t step_ns_;
  uint64_t next_seq_ = 0;
  uint64_t next_time_ns_ = 0;
  uint64_t next_live_bytes_;
  uint64_t by_ops_ = 0;
  uint64_t by_time_ = 0;
  uint64_t by_maximum_ = 0;
};

}  // namespace heapreel::plan
