// The watching thread's wish that every event so far be known, before it looks which memory is the allocator's.
//
// Events wait in their threads' chunks until those are full, up to a quarter of a second: blocks born meanwhile would
// look like memory of the program's own. The wish wakes the collector; it is waited for a moment only, so that a
// collector that has no time for it costs a look its exactness and nobody a standstill.
#pragma once

#include <atomic>
#include <cstdint>

namespace heapreel::collector {

class Freshness {
 public:
  // `asleep`: the word on which the collector sleeps.
  explicit Freshness(std::atomic<uint32_t>& asleep) : asleep_(asleep) {}

  // The watching thread's: asks, and waits until all is read that had been written, or for at most kWaitNs.
  void ask();

  // The collector's: whether somebody asks; and that all has been read since it was found out.
  bool asked() const { return asked_.load(std::memory_order_acquire) != given_.load(std::memory_order_relaxed); }
  void given(uint32_t question);
  uint32_t question() const { return asked_.load(std::memory_order_acquire); }

 private:
  static constexpr uint64_t kWaitNs = 10'000'000;

  std::atomic<uint32_t>& asleep_;
  std::atomic<uint32_t> asked_{0};
  std::atomic<uint32_t> given_{0};
};

}  // namespace heapreel::collector
