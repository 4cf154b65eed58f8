// A record in numbers that a clone can be held against: what is alive, which calls, sizes, lifetimes, and who frees.
//
// A portrait is of bounded size. Positions count events, so that portraits of records of different length compare.
#pragma once

#include <array>

#include "tools/workloads/like/lives.h"

namespace heapreel::like {

inline constexpr size_t kCurvePoints = 256;
// Sizes, finely: each up to 64, then 64 steps an octave.
inline constexpr size_t kSizeBuckets = 64 * 60;
size_t size_bucket(uint64_t size);

struct Portrait {
  uint64_t events = 0;
  uint64_t live_peak_bytes = 0;
  uint64_t live_peak_objects = 0;
  double live_mean_bytes = 0;                       // by event
  std::array<double, kCurvePoints> live_bytes{};    // the mean of each stretch of events
  std::array<uint64_t, reel::kOpLimit> by_op{};     // events
  std::array<uint64_t, kSizeBuckets> births{};      // by size
  std::array<double, kSizeBuckets> birth_bytes{};   // by size
  std::array<uint64_t, 66> births_by_size_log2{};   // [0]: size 0; [k]: sizes of k bits
  std::array<uint64_t, 66> lives_by_length_log2{};  // [k]: lifetimes of k bits, in events; the last: never died
  uint64_t frees = 0;                               // ends of known blocks
  uint64_t remote_frees = 0;                        // on another thread than the birth

  double remote_share() const {
    return frees == 0 ? 0 : static_cast<double>(remote_frees) / static_cast<double>(frees);
  }
};

class PortraitPainter final : public LifeSink {
 public:
  // `events`: as many as the record says it has; it divides the curve.
  explicit PortraitPainter(uint64_t events) : events_declared_(events) {}

  void on_event(const reel::Event& event, uint64_t position, uint64_t live_bytes) override;
  void on_life(const Life& life) override;
  Portrait finish();

 private:
  uint64_t events_declared_;
  Portrait portrait_;
  std::array<uint64_t, kCurvePoints> points_{};  // events of each stretch
  double live_sum_ = 0;
  uint64_t objects_ = 0;
};

}  // namespace heapreel::like
