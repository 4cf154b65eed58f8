// The slow half of live_curve.h.
#include "trace_format/summary/live_curve.h"

namespace heapreel::reel {

// Closes the current stretch and opens the one that `time` falls into; a stretch without births keeps the level.
void LiveCurve::advance(uint64_t time, uint64_t live_bytes) {
  if (stretch_end_ == 0) {
    start_ = time;
  } else {
    tops_.push_back(top_);
    while ((time - start_) / stretch_ >= kPoints) halve();
    const size_t current = (time - start_) / stretch_;
    if (tops_.size() < current) tops_.resize(current, tops_.back());
    while (tops_.size() > current) {
      live_bytes = std::max(live_bytes, tops_.back());
      tops_.pop_back();
    }
  }
  top_ = live_bytes;
  stretch_end_ = start_ + (tops_.size() + 1) * stretch_;
}

void LiveCurve::halve() {
  std::vector<uint64_t> merged;
  for (size_t i = 0; i < tops_.size(); i += 2)
    merged.push_back(i + 1 < tops_.size() ? std::max(tops_[i], tops_[i + 1]) : tops_[i]);
  tops_.swap(merged);
  stretch_ *= 2;
}

std::vector<LivePoint> LiveCurve::points() const {
  std::vector<LivePoint> points;
  for (size_t i = 0; i < tops_.size(); ++i) points.push_back({start_ + i * stretch_, tops_[i]});
  if (stretch_end_ != 0) points.push_back({start_ + tops_.size() * stretch_, top_});
  return points;
}

}  // namespace heapreel::reel
