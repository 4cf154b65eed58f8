// When a costly look is due again: every `period_ns`, but never so often that it takes more than its share of the time.
//
// The share is of wall time, the cost is processor time of the thread that looks. Times are of CLOCK_MONOTONIC.
#pragma once

#include <algorithm>
#include <cstdint>

namespace heapreel::observe {

class Pace {
 public:
  Pace(uint64_t period_ns, double share_max) : period_ns_(period_ns), share_max_(share_max) {}

  bool due(uint64_t now_ns) const { return now_ns >= next_ns_; }

  // A look has been made that began at `began_ns`. `sharers` of these paces have the share together.
  void done(uint64_t began_ns, uint64_t cost_ns, size_t sharers = 1) {
    const double share = share_max_ / static_cast<double>(std::max<size_t>(sharers, 1));
    const double rest_ns = std::min(static_cast<double>(cost_ns) / share, 3.6e12);
    next_ns_ = began_ns + std::max(period_ns_, static_cast<uint64_t>(rest_ns));
    if (looks_ == 0) first_ns_ = began_ns;
    last_ns_ = began_ns;
    ++looks_;
    cost_ns_ += cost_ns;
  }

  uint64_t looks() const { return looks_; }
  uint64_t cost_ns() const { return cost_ns_; }
  // The mean time from look to look; 0 before the second.
  uint64_t achieved_ns() const { return looks_ < 2 ? 0 : (last_ns_ - first_ns_) / (looks_ - 1); }

 private:
  uint64_t period_ns_;
  double share_max_;
  uint64_t next_ns_ = 0;
  uint64_t first_ns_ = 0;
  uint64_t last_ns_ = 0;
  uint64_t looks_ = 0;
  uint64_t cost_ns_ = 0;
};

}  // namespace heapreel::observe
