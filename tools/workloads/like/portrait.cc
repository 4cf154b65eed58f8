// The counting of portrait.h.
#include "tools/workloads/like/portrait.h"

#include <algorithm>
#include <bit>

namespace heapreel::like {

size_t size_bucket(uint64_t size) {
  constexpr unsigned kLog2 = 6;
  if (size < uint64_t{1} << kLog2) return size;
  const auto octave = static_cast<unsigned>(std::bit_width(size)) - 1;
  const size_t step = ((octave - kLog2 + 1) << kLog2) + ((size >> (octave - kLog2)) & ((1U << kLog2) - 1));
  return std::min(step, kSizeBuckets - 1);
}

void PortraitPainter::on_event(const reel::Event& event, uint64_t position, uint64_t live_bytes) {
  const double share = static_cast<double>(position) / static_cast<double>(std::max<uint64_t>(events_declared_, 1));
  const size_t point = std::min(static_cast<size_t>(share * kCurvePoints), kCurvePoints - 1);
  ++portrait_.events;
  ++portrait_.by_op[static_cast<uint8_t>(event.op)];
  portrait_.live_bytes[point] += static_cast<double>(live_bytes);
  ++points_[point];
  live_sum_ += static_cast<double>(live_bytes);
  portrait_.live_peak_bytes = std::max(portrait_.live_peak_bytes, live_bytes);
  if (!reel::births(event.op, event.flags)) return;
  const size_t bucket = size_bucket(event.size);
  ++portrait_.births[bucket];
  portrait_.birth_bytes[bucket] += static_cast<double>(event.size);
  ++portrait_.births_by_size_log2[static_cast<size_t>(std::bit_width(event.size))];
  portrait_.live_peak_objects = std::max(portrait_.live_peak_objects, ++objects_);
}

void PortraitPainter::on_life(const Life& life) {
  if (!life.freed()) {
    ++portrait_.lives_by_length_log2.back();
    return;
  }
  ++portrait_.lives_by_length_log2[static_cast<size_t>(std::bit_width(life.died - life.born))];
  --objects_;
  ++portrait_.frees;
  if (life.died_by != life.born_by) ++portrait_.remote_frees;
}

Portrait PortraitPainter::finish() {
  if (portrait_.events != 0) portrait_.live_mean_bytes = live_sum_ / static_cast<double>(portrait_.events);
  for (size_t i = 0; i < kCurvePoints; ++i)
    if (points_[i] != 0) portrait_.live_bytes[i] /= static_cast<double>(points_[i]);
  return portrait_;
}

}  // namespace heapreel::like
