// The live bytes over time in a bounded number of points, however long the reel: when the points run out, neighbours
// merge and the stretch of each doubles.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace heapreel::reel {

// One point of the curve: the greatest live bytes in its stretch of time.
struct LivePoint {
  uint64_t time = 0;
  uint64_t live_bytes_max = 0;
};

class LiveCurve {
 public:
  // Times never decrease.
  void add(uint64_t time, uint64_t live_bytes) {
    if (time < stretch_end_) [[likely]] {
      top_ = std::max(top_, live_bytes);
      return;
    }
    advance(time, live_bytes);
  }
  std::vector<LivePoint> points() const;

 private:
  static constexpr size_t kPoints = 1024;

  void advance(uint64_t time, uint64_t live_bytes);
  void halve();

  std::vector<uint64_t> tops_;  // of the stretches before the current one
  uint64_t top_ = 0;
  uint64_t start_ = 0;
  uint64_t stretch_ = 1;
  uint64_t stretch_end_ = 0;
};

}  // namespace heapreel::reel
