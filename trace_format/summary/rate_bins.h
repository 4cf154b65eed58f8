// Bins of equal length over recorded time, at most kPortraitRateBins however long the reel: when they run out, all
// double. Whoever counts in bins is told to halve its own then.
#pragma once

#include "trace_format/base/ticks.h"
#include "trace_format/summary/portrait.h"

namespace heapreel::reel {

// Merges neighbours: bin i holds what bins 2i and 2i + 1 held. `bins` begins with bin `first`, and then with first / 2.
inline void halve_bins(std::vector<uint64_t>& bins, uint32_t first = 0) {
  if (bins.empty()) return;
  for (size_t i = 0; i < bins.size(); ++i) {
    const uint64_t count = bins[i];
    bins[i] = 0;
    bins[(first + i) / 2 - first / 2] += count;
  }
  bins.resize((first + bins.size() - 1) / 2 - first / 2 + 1);
}

class RateBins {
 public:
  explicit RateBins(uint64_t ticks_per_second) : ticks_per_second_(ticks_per_second) {}

  // The bin of a time; times never decrease. `on_double` is called for each doubling, before anything is counted there.
  template <class OnDouble>
  uint32_t bin_of(uint64_t time, OnDouble on_double) {
    if (time >= bin_end_) [[unlikely]]
      advance(time, on_double);
    return bin_;
  }

  uint64_t ns_of(uint64_t time) const {
    return time > start_ ? base::ticks_to_ns(time - start_, ticks_per_second_) : 0;
  }
  uint32_t bin_of_past(uint64_t time) const { return static_cast<uint32_t>(ns_of(time) / bin_ns_); }
  uint64_t bin_ns() const { return bin_ns_; }
  uint32_t count() const { return begun_ ? bin_ + 1 : 0; }

 private:
  template <class OnDouble>
  void advance(uint64_t time, OnDouble on_double) {
    if (!begun_) start_ = time;
    begun_ = true;
    const uint64_t now_ns = ns_of(time);
    for (; now_ns / bin_ns_ >= kPortraitRateBins; bin_ns_ *= 2) on_double();
    bin_ = static_cast<uint32_t>(now_ns / bin_ns_);
    uint64_t end_ns = 0;
    if (__builtin_mul_overflow(bin_ns_, bin_ + uint64_t{1}, &end_ns)) end_ns = ~uint64_t{0};
    bin_end_ = base::ns_to_ticks(end_ns, ticks_per_second_);
    bin_end_ = bin_end_ > ~uint64_t{0} - start_ ? ~uint64_t{0} : bin_end_ + start_;
  }

  uint64_t ticks_per_second_;
  uint64_t start_ = 0;
  uint64_t bin_end_ = 0;
  uint64_t bin_ns_ = 1;
  uint32_t bin_ = 0;
  bool begun_ = false;
};

}  // namespace heapreel::reel
