// The encoders of time_curve.h.
//
// A segment is grown by floating-point cones, which are quick, and then proven in integers with the very steps that the
// decoder takes; a segment that fails the proof is halved. Speed comes from the first, the guarantee from the second.
#include "trace_format/codec/time_curve.h"

#include <algorithm>
#include <cmath>

namespace heapreel::reel {
namespace {

struct Segment {
  uint64_t gap = 1;
  uint64_t rise = 0;  // quanta
};

class CurveFitter {
 public:
  CurveFitter(std::span<const Event> events, uint64_t quantum, uint64_t error)
      : events_(events), quantum_(quantum), error_(error), anchor_(events.front().time / quantum) {}

  void write(ValueSink& sink) {
    while (start_ < events_.size()) {
      Segment segment = grow();
      while (!holds(segment)) segment = shorten(segment.gap);
      sink.put(segment.gap);
      sink.put(segment.rise);
      anchor_ += segment.rise;
      start_ += segment.gap;
    }
  }

 private:
  // The longest segment from start_ whose end lies on the grid and whose slope passes every event within the error.
  Segment grow() const {
    const double origin = static_cast<double>(anchor_ * quantum_);
    const double quantum = static_cast<double>(quantum_);
    const double slack = static_cast<double>(error_) - quantum / 2;
    double low = 0;
    double high = 1e300;
    Segment best = shorten(1);
    for (uint64_t k = 1; start_ + k <= events_.size(); ++k) {
      const double rise = static_cast<double>(events_[start_ + k - 1].time) - origin;
      const double inverse = 1.0 / static_cast<double>(k);
      low = std::max(low, (rise - slack) * inverse);
      high = std::min(high, (rise + slack) * inverse);
      if (low > high) break;
      const double per_quantum = static_cast<double>(k) / quantum;
      const double least = std::ceil(low * per_quantum);
      const double most = std::floor(high * per_quantum);
      if (least > most) continue;
      best = {k, static_cast<uint64_t>(std::clamp(std::nearbyint(rise / quantum), least, most))};
    }
    return best;
  }

  // A segment over `gap` events that ends as near as the grid allows to the last one's time.
  Segment shorten(uint64_t gap) const {
    const uint64_t length = std::max<uint64_t>(gap / 2, 1);
    const uint64_t end = (events_[start_ + length - 1].time + quantum_ / 2) / quantum_;
    return {length, end > anchor_ ? end - anchor_ : 0};
  }

  bool holds(const Segment& segment) const {
    if (segment.gap == 1) return true;
    const uint64_t step = segment.rise / segment.gap;
    const uint64_t part = segment.rise % segment.gap;
    uint64_t remainder = segment.gap / 2;
    uint64_t time = anchor_;
    for (uint64_t k = 0; k < segment.gap; ++k) {
      time += step;
      remainder += part;
      if (remainder >= segment.gap) remainder -= segment.gap, ++time;
      const uint64_t ticks = time * quantum_;
      const uint64_t wanted = events_[start_ + k].time;
      if ((ticks > wanted ? ticks - wanted : wanted - ticks) > error_) return false;
    }
    return true;
  }

  std::span<const Event> events_;
  uint64_t quantum_;
  uint64_t error_;
  uint64_t anchor_;  // quanta
  uint64_t start_ = 0;
};

}  // namespace

void encode_time_deltas(std::span<const Event> events, uint64_t quantum, ValueSink& sink) {
  if (events.empty()) return;
  uint64_t last = events.front().time / quantum;
  for (const Event& event : events) {
    const uint64_t now = event.time / quantum;
    if (now >= last) {
      sink.put(now - last + 1);
    } else {
      sink.put(0);
      sink.put(last - now);
    }
    last = now;
  }
}

void encode_time_curve(std::span<const Event> events, uint64_t quantum, uint64_t error, ValueSink& sink) {
  if (!events.empty()) CurveFitter(events, quantum, error).write(sink);
}

}  // namespace heapreel::reel
