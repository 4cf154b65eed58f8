// Whether there is no time to compress: the program would have to wait for it.
//
// A hurry begins when a quarter of the pool is full. What the compressor takes is then the program's, on a machine
// whose processors are all busy, so the hurry ends only when the collector has slept for two thirds of kLookNs: plain
// blocks cost less than half of compressed ones, and it must afford these without falling behind again.
#pragma once

#include <cstdint>

namespace heapreel::collector {

class Hurry {
 public:
  static constexpr uint64_t kLookNs = 200'000'000;

  bool is_on() const { return is_on_; }
  // So many chunks are full. Whether that changes it.
  bool sees(uint32_t full, uint32_t chunks) {
    if (is_on_ || uint64_t{full} * 4 < chunks) return false;
    is_on_ = true;
    busy_ns_ = rested_ns_ = 0;
    return true;
  }
  // A round has worked for so long, and rested afterwards. Whether that changes it.
  bool sees_round(uint64_t busy_ns, uint64_t rested_ns) {
    busy_ns_ += busy_ns;
    rested_ns_ += rested_ns;
    if (busy_ns_ + rested_ns_ < kLookNs) return false;
    const bool had_time = rested_ns_ >= 2 * busy_ns_;
    busy_ns_ = rested_ns_ = 0;
    if (!is_on_ || !had_time) return false;
    is_on_ = false;
    return true;
  }

 private:
  bool is_on_ = false;
  uint64_t busy_ns_ = 0;  // since the last look
  uint64_t rested_ns_ = 0;
};

}  // namespace heapreel::collector
