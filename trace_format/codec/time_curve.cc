// The encoders of time_curve.h.
//
// A segment is grown by floating-point cones, which are quick, and then proven in integers with the very steps that the
// decoder takes; a segment that fails the proof is halved. Speed comes from the first, the guarantee from the second.
#include "trace_format/codec/time_curve.h"

#include <algorithm>
#include <array>
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
  // The bounds that a segment's slope (ticks an event) must keep to pass every event so far.
  struct Cone {
    double low = 0;
    double high = 1e300;
  };
  static constexpr size_t kCones = 16;

  // The longest segment from start_ whose slope passes every event within the error and whose end lies on the grid.
  // The cone is narrowed until it closes; the end is then looked for among its last few events.
  Segment grow() const {
    const double origin = static_cast<double>(anchor_ * quantum_);
    const double slack = static_cast<double>(error_) - static_cast<double>(quantum_) / 2;
    std::array<Cone, kCones> cones;
    Cone cone;
    uint64_t k = 0;
    while (start_ + k < events_.size()) {
      const double rise = static_cast<double>(static_cast<int64_t>(events_[start_ + k].time)) - origin;
      const double inverse = inverse_of(k + 1);
      cone.low = std::max(cone.low, (rise - slack) * inverse);
      cone.high = std::min(cone.high, (rise + slack) * inverse);
      if (cone.low > cone.high) break;
      cones[++k % kCones] = cone;
    }
    for (uint64_t back = 0; back < kCones && back + 1 < k; ++back)
      if (const Segment segment = end_at(k - back, cones[(k - back) % kCones]); segment.gap != 0) return segment;
    return shorten(1);
  }

  // The segment of `gap` events within the cone that ends nearest to its last event; gap 0 if the grid has no such end.
  Segment end_at(uint64_t gap, const Cone& cone) const {
    const double per_quantum = static_cast<double>(gap) / static_cast<double>(quantum_);
    const double least = std::ceil(cone.low * per_quantum);
    const double most = std::floor(cone.high * per_quantum);
    if (least > most) return {0, 0};
    const double rise = static_cast<double>(events_[start_ + gap - 1].time) - static_cast<double>(anchor_ * quantum_);
    const double wanted = std::nearbyint(rise / static_cast<double>(quantum_));
    return {gap, static_cast<uint64_t>(std::clamp(wanted, least, most))};
  }

  static double inverse_of(uint64_t k) {
    static const std::array<double, 256> kInverses = [] {
      std::array<double, 256> table{};
      for (size_t i = 1; i < table.size(); ++i) table[i] = 1.0 / static_cast<double>(i);
      return table;
    }();
    return k < kInverses.size() ? kInverses[k] : 1.0 / static_cast<double>(k);
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

namespace {

void put_change(uint64_t from, uint64_t to, ValueSink& sink) {
  if (to >= from) return sink.put(to - from + 1);
  sink.put(0);
  sink.put(from - to);
}

}  // namespace

void encode_time_steps(std::span<const Event> events, unsigned quantum_shift, uint64_t first_time, ValueSink& sink) {
  uint64_t last = first_time;
  for (size_t at = 0; at < events.size();) {
    const uint64_t time = events[at].time >> quantum_shift;
    size_t end = at + 1;
    while (end < events.size() && events[end].time >> quantum_shift == time) ++end;
    put_change(last, time, sink);
    sink.put(end - at);
    last = time;
    at = end;
  }
}

bool steps_suit(std::span<const Event> events, unsigned quantum_shift) {
  size_t changes = 1;
  for (size_t i = 1; i < events.size(); ++i)
    changes += events[i].time >> quantum_shift != events[i - 1].time >> quantum_shift ? 1 : 0;
  return 2 * changes < events.size();
}

void encode_time_curve(std::span<const Event> events, uint64_t quantum, uint64_t error, ValueSink& sink) {
  if (!events.empty()) CurveFitter(events, quantum, error).write(sink);
}

}  // namespace heapreel::reel
