// The clock of a recording: raw stamps as the shim writes them, and how many of them make a second.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "recorder/ring/pool.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::collector {

// Whether the kernel itself keeps time by the processor's time-stamp counter: then it is steady and the same on every
// processor.
bool tsc_is_trusted();

class SessionClock {
 public:
  explicit SessionClock(ring::ClockSource source);

  uint64_t now() const;
  // A stamp's 46 bits made whole: the moment with these bits from seven hours ago to half an hour ahead.
  uint64_t whole(uint64_t bits) const { return latest_ - ((latest_ - bits) & kStampMask); }
  // Call it before stamps are made whole, at least once an hour.
  void look() { latest_ = now() + kSlack; }

  // From what has been seen so far; better the longer it runs.
  uint64_t ticks_per_second() const;
  void describe(reel::proto::Clock& clock, uint64_t origin) const;

 private:
  static constexpr uint64_t kStampMask = (uint64_t{1} << ring::kStampBits) - 1;
  // What is read may be younger than the last look: a round can take long, as when many processes end at once.
  static constexpr uint64_t kSlack = uint64_t{1} << 42;
  struct Pair {
    uint64_t ticks;
    uint64_t monotonic_ns;
  };
  Pair pair() const;

  ring::ClockSource source_;
  uint64_t latest_ = 0;
  Pair first_;
};

}  // namespace heapreel::collector
