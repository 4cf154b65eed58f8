// The function of memory_figures.h.
#include "replayer/predict/memory_figures.h"

#include <algorithm>
#include <cmath>

namespace heapreel::predict {
namespace {

// A moment of the program and what stands in memory there.
struct Sum {
  Moment moment;
  double replayed_bytes = 0;
  double base_bytes = 0;
  double live_bytes = 0;
  double shift_ns = 0;

  double total() const { return replayed_bytes + base_bytes; }
};

// The stretches without ops, at both ends of the program: where its own memory changes, and their bounds.
void add_idle(const Scene& scene, uint64_t from_ns, uint64_t until_ns, const Sum& like, std::vector<Sum>& sums) {
  const auto add = [&](uint64_t time_ns) {
    Sum sum = like;
    sum.moment.time_ns = time_ns;
    sum.base_bytes = scene.program->non_malloc.at(time_ns);
    sums.push_back(sum);
  };
  add(from_ns);
  for (const CurvePoint& point : scene.program->non_malloc.points())
    if (point.time_ns > from_ns && point.time_ns < until_ns) add(point.time_ns);
  if (until_ns > from_ns) add(until_ns);
}

std::vector<Sum> sums_of(const Scene& scene, const MemoryRun& run, std::span<const double> shift) {
  const ProgramRecord& program = *scene.program;
  std::vector<Sum> sums;
  if (program.first_event_ns > 0) add_idle(scene, 0, program.first_event_ns - 1, {}, sums);
  for (const Reading& reading : run.readings) {
    const uint64_t time_ns = program.first_event_ns + reading.time_ns;
    const double own = static_cast<double>(reading.rss_bytes) - static_cast<double>(scene.harness_bytes);
    sums.push_back({.moment = {time_ns, reading.seq},
                    .replayed_bytes = std::max(own, 0.0),
                    .base_bytes = program.non_malloc.at(time_ns),
                    .live_bytes = static_cast<double>(reading.live_bytes),
                    .shift_ns = shift.empty() ? 0 : shift[std::min<size_t>(reading.checkpoint, shift.size() - 1)]});
  }
  if (sums.empty()) return sums;
  const Sum last = sums.back();
  if (program.duration_ns > last.moment.time_ns)
    add_idle(scene, last.moment.time_ns + 1, program.duration_ns, last, sums);
  return sums;
}

// Program time at each sum, with the allocator's own pace.
std::vector<double> times_of(const Scene& scene, std::span<const Sum> sums) {
  std::vector<Moment> moments;
  moments.reserve(sums.size());
  for (const Sum& sum : sums) moments.push_back(sum.moment);
  const Slowdown slowdown = slowdown_of(*scene.program, scene.ops, scene.one_thread);
  std::vector<double> times = program_times(moments, scene.ops, slowdown, scene.program->cpu);
  double latest = 0;
  for (size_t i = 0; i < times.size(); ++i) times[i] = latest = std::max(latest, times[i] + sums[i].shift_ns);
  return times;
}

// Sums over time, each by the trapezoids between moments.
class Areas {
 public:
  void add(double span, double left, double right) { area_ += span * (left + right) / 2; }
  double over(double span) const { return span > 0 ? area_ / span : 0; }

 private:
  double area_ = 0;
};

void find_peak(std::span<const Sum> sums, MemoryFigures& figures) {
  for (const Sum& sum : sums) {
    if (sum.total() <= figures.peak_bytes) continue;
    figures.peak_bytes = sum.total();
    figures.base_at_peak_bytes = sum.base_bytes;
    figures.live_at_peak_bytes = sum.live_bytes;
  }
}

}  // namespace

MemoryFigures memory_figures(const Scene& scene, const MemoryRun& run, std::span<const double> shift) {
  const std::vector<Sum> sums = sums_of(scene, run, shift);
  MemoryFigures figures;
  if (sums.empty()) return figures;
  const Curve& recorded = scene.program->rss;
  find_peak(sums, figures);
  figures.recorded_peak_bytes = recorded.peak();
  const std::vector<double> times = times_of(scene, sums);
  Areas predicted, real, distance;
  for (size_t i = 1; i < sums.size(); ++i) {
    const double span = times[i] - times[i - 1];
    const double left = recorded.at(sums[i - 1].moment.time_ns);
    const double right = recorded.at(sums[i].moment.time_ns);
    predicted.add(span, sums[i - 1].total(), sums[i].total());
    real.add(span, left, right);
    distance.add(span, std::abs(sums[i - 1].total() - left), std::abs(sums[i].total() - right));
  }
  const double whole = times.back() - times.front();
  figures.mean_bytes = predicted.over(whole);
  figures.recorded_mean_bytes = real.over(whole);
  if (figures.recorded_peak_bytes > 0) figures.curve_error = distance.over(whole) / figures.recorded_peak_bytes;
  return figures;
}

}  // namespace heapreel::predict
