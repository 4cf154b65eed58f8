// How values spread: their number, mean and extremes exactly, their quantiles within 1.6 %. Takes 15 KiB, whatever
// comes.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace heapreel::tests {

class Spread {
 public:
  void add(uint64_t value) {
    ++buckets_[bucket(value)];
    ++count_;
    sum_ += static_cast<double>(value);
    least_ = std::min(least_, value);
    most_ = std::max(most_, value);
  }

  uint64_t count() const { return count_; }
  double sum() const { return sum_; }
  double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }
  uint64_t least() const { return least_; }
  uint64_t most() const { return most_; }

  // The value that a share of all lies below or at. 0 when there is none.
  double quantile(double share) const {
    const auto wanted = static_cast<uint64_t>(share * static_cast<double>(count_));
    uint64_t seen = 0;
    for (size_t i = 0; i < kBuckets; ++i) {
      seen += buckets_[i];
      if (seen > wanted || (seen == count_ && seen > 0)) return middle(i);
    }
    return 0;
  }

  // The share of values below `limit`; exact for limits up to 64 and powers of two.
  double share_below(uint64_t limit) const {
    uint64_t below = 0;
    for (size_t i = 0; i < bucket(limit); ++i) below += buckets_[i];
    return count_ == 0 ? 0 : static_cast<double>(below) / static_cast<double>(count_);
  }

 private:
  // Below 64 each value for itself; above, 32 buckets to an octave.
  static constexpr size_t kBuckets = 64 + 58 * 32;

  static size_t bucket(uint64_t value) {
    if (value < 64) return value;
    const auto octave = static_cast<size_t>(std::bit_width(value)) - 1;
    return 64 + (octave - 6) * 32 + ((value >> (octave - 5)) & 31);
  }

  static double middle(size_t at) {
    if (at < 64) return static_cast<double>(at);
    const size_t octave = (at - 64) / 32 + 6;
    const double width = static_cast<double>(uint64_t{1} << (octave - 5));
    return static_cast<double>(32 + (at - 64) % 32) * width + (width - 1) / 2;
  }

  std::vector<uint64_t> buckets_ = std::vector<uint64_t>(kBuckets);
  uint64_t count_ = 0;
  double sum_ = 0;
  uint64_t least_ = ~uint64_t{0};
  uint64_t most_ = 0;
};

}  // namespace heapreel::tests
