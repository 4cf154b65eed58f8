// Whether there is no time to compress: the program would have to wait for it.
//
// A hurry begins when a quarter of the pool is full, or when the collector itself had to wait for a processor in a
// tenth of kLookNs: what the compressor takes is the program's then. It ends when the collector has slept for two
// thirds of that time and hardly waited: plain blocks cost less than half of compressed ones, and it must afford these
// without falling behind again.
#pragma once

#include <cstdint>

namespace heapreel::collector {

class Hurry {
 public:
  static constexpr uint64_t kLookNs = 200'000'000;

  // What one round of the collector took.
  struct Round {
    uint64_t busy_ns = 0;  // with the time it waited for a processor
    uint64_t rested_ns = 0;
    uint64_t waited_ns = 0;  // for a processor, in all of its life so far
  };

  bool is_on() const { return is_on_; }
  // So many chunks are full. Whether that changes it.
  bool sees(uint32_t full, uint32_t chunks) { return uint64_t{full} * 4 >= chunks && set(true); }
  // Whether a round changes it.
  bool sees(const Round& round) {
    busy_ns_ += round.busy_ns;
    rested_ns_ += round.rested_ns;
    const uint64_t passed_ns = busy_ns_ + rested_ns_;
    if (passed_ns < kLookNs) return false;
    const uint64_t waited_ns = round.waited_ns - waited_before_ns_;
    const bool had_time = rested_ns_ >= 2 * busy_ns_ && waited_ns * kHardlyPart <= passed_ns;
    const bool is_crowded = waited_ns * kCrowdedPart >= passed_ns;
    busy_ns_ = rested_ns_ = 0;
    waited_before_ns_ = round.waited_ns;
    return (is_crowded && set(true)) || (had_time && set(false));
  }
  // Whether the next round completes a look: its `waited_ns` need be known only then.
  bool looks_soon(uint64_t passed_ns) const { return busy_ns_ + rested_ns_ + passed_ns >= kLookNs; }

 private:
  static constexpr uint64_t kCrowdedPart = 10;
  static constexpr uint64_t kHardlyPart = 50;

  bool set(bool on) {
    if (on == is_on_) return false;
    is_on_ = on;
    busy_ns_ = rested_ns_ = 0;
    return true;
  }

  bool is_on_ = false;
  uint64_t busy_ns_ = 0;  // since the last look
  uint64_t rested_ns_ = 0;
  uint64_t waited_before_ns_ = 0;
};

// How long the calling thread has waited for a processor, in all; 0 where the kernel does not count it.
uint64_t waited_for_processor_ns();

}  // namespace heapreel::collector
