// Sums over threads, and curves over checkpoints.
#include "replayer/lab/figures.h"

#include <algorithm>

namespace heapreel::lab {
namespace {

constexpr double kNsPerSecondF = 1e9;
constexpr size_t kTimelinePointsMax = 2000;

struct Sums {
  double cpu_ns = 0;
  double spin_ticks = 0;
  double wait_ticks = 0;
  double alive_ticks = 0;
};

Sums sums_of(std::span<const measure::ThreadBoard> threads) {
  Sums sums;
  for (const measure::ThreadBoard& thread : threads) {
    sums.cpu_ns += static_cast<double>(thread.cpu_ns);
    sums.spin_ticks += static_cast<double>(thread.spin_ticks);
    sums.wait_ticks += static_cast<double>(thread.wait_ticks);
    if (thread.ended_ticks > thread.begun_ticks)
      sums.alive_ticks += static_cast<double>(thread.ended_ticks - thread.begun_ticks);
  }
  return sums;
}

// Checkpoints that were reached, as points in recorded time.
std::vector<TimelinePoint> reached(const RunOutcome& outcome, const PlanRef& plan) {
  std::vector<TimelinePoint> points;
  const auto readings = outcome.board.readings();
  for (size_t i = 0; i < std::min(readings.size(), plan.checkpoints.size()); ++i) {
    const plan::Checkpoint& at = plan.checkpoints[i];
    if (readings[i].ticks == 0) continue;
    points.push_back(
        {.t_ns = at.time_ns, .op = at.seq, .rss_bytes = readings[i].rss_bytes, .live_bytes = at.live_bytes});
  }
  std::ranges::sort(points, {}, &TimelinePoint::op);
  return points;
}

// Weighted by recorded time: each reading holds until the next.
double mean_over_time(const std::vector<TimelinePoint>& points, uint64_t end_ns, uint64_t TimelinePoint::*value) {
  double area = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    const uint64_t until_ns = i + 1 < points.size() ? points[i + 1].t_ns : std::max(end_ns, points[i].t_ns);
    area += static_cast<double>(points[i].*value) * static_cast<double>(until_ns - std::min(until_ns, points[i].t_ns));
  }
  const uint64_t span_ns = points.empty() ? 0 : std::max(end_ns, points.back().t_ns) - points.front().t_ns;
  if (span_ns != 0) return area / static_cast<double>(span_ns);
  return points.empty() ? 0 : static_cast<double>(points.back().*value);
}

// The highest that anybody saw: the checkpoints from inside, the samples from outside, the end.
uint64_t peak_of(const RunOutcome& outcome, const std::vector<TimelinePoint>& points) {
  const measure::Board& board = outcome.board.board();
  uint64_t peak = std::max(board.rss_base_bytes, board.rss_end_bytes);
  for (const TimelinePoint& point : points) peak = std::max(peak, point.rss_bytes);
  for (const RssSample& sample : outcome.rss)
    if (sample.ticks >= board.begun_ticks && sample.ticks <= board.ended_ticks)
      peak = std::max(peak, sample.rss_anon_bytes);
  return peak;
}

// What lived in the record: in all of it, or where only a part was replayed, at the checkpoints of that part.
struct LiveBytes {
  double peak = 0;
  double mean = 0;
  uint64_t end_ns = 0;
};

LiveBytes live_of(const std::vector<TimelinePoint>& points, const PlanRef& plan, bool in_part) {
  if (!in_part || points.empty())
    return {.peak = static_cast<double>(plan.header->live_peak_bytes),
            .mean = static_cast<double>(plan.header->live_mean_bytes),
            .end_ns = plan.header->duration_ns};
  const auto most = std::ranges::max_element(points, {}, &TimelinePoint::live_bytes);
  return {.peak = static_cast<double>(most->live_bytes),
          .mean = mean_over_time(points, points.back().t_ns, &TimelinePoint::live_bytes),
          .end_ns = points.back().t_ns};
}

double ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }

}  // namespace

uint64_t calls_of(const plan::PlanHeader& plan) {
  return plan.ops - plan.ops_by_kind[static_cast<size_t>(plan::Kind::kTouch)] -
         plan.ops_by_kind[static_cast<size_t>(plan::Kind::kSpawn)];
}

TimeFigures time_figures(const BoardMemory& memory, uint64_t calls) {
  const measure::Board& board = memory.board();
  const Sums sums = sums_of(memory.threads());
  const double ns_per_tick = kNsPerSecondF / static_cast<double>(std::max<uint64_t>(ticks_per_second(), 1));
  const auto count = static_cast<double>(std::max<uint64_t>(calls, 1));
  const double wall_s = static_cast<double>(board.ended_ticks - board.begun_ticks) * ns_per_tick / kNsPerSecondF;
  TimeFigures result;
  result.figures = {{"ns_per_op", (sums.cpu_ns - sums.spin_ticks * ns_per_tick) / count},
                    {"ops_per_s", ratio(static_cast<double>(calls), wall_s)},
                    {"wait_ns_per_op", sums.wait_ticks * ns_per_tick / count},
                    {"cpu_s", static_cast<double>(board.user_ns + board.system_ns) / kNsPerSecondF},
                    {"user_s", static_cast<double>(board.user_ns) / kNsPerSecondF},
                    {"system_s", static_cast<double>(board.system_ns) / kNsPerSecondF},
                    {"wall_s", wall_s},
                    {"minor_faults", static_cast<double>(board.minor_faults)},
                    {"major_faults", static_cast<double>(board.major_faults)},
                    {"voluntary_switches", static_cast<double>(board.voluntary_switches)},
                    {"involuntary_switches", static_cast<double>(board.involuntary_switches)}};
  result.wait_share = ratio(sums.wait_ticks, sums.alive_ticks);
  return result;
}

MemoryFigures memory_figures(const RunOutcome& outcome, const PlanRef& plan) {
  const measure::Board& board = outcome.board.board();
  const std::vector<TimelinePoint> points = reached(outcome, plan);
  const auto peak = static_cast<double>(peak_of(outcome, points));
  const LiveBytes live = live_of(points, plan, board.orders.stop_at_seq != 0);
  const double mean = mean_over_time(points, live.end_ns, &TimelinePoint::rss_bytes);
  MemoryFigures result;
  result.figures = {{"rss_peak_bytes", peak},
                    {"rss_mean_bytes", points.empty() ? static_cast<double>(board.rss_end_bytes) : mean},
                    {"rss_end_bytes", static_cast<double>(board.rss_end_bytes)},
                    {"rss_base_bytes", static_cast<double>(board.rss_base_bytes)},
                    {"lazy_free_bytes", static_cast<double>(board.lazy_free_bytes)},
                    {"huge_bytes", static_cast<double>(board.huge_bytes)},
                    {"live_peak_bytes", live.peak},
                    {"live_mean_bytes", live.mean},
                    {"fragmentation_peak", ratio(peak, live.peak)},
                    {"fragmentation_mean", ratio(mean, live.mean)}};
  result.timeline = thinned(points, kTimelinePointsMax);
  return result;
}

std::vector<TimelinePoint> thinned(const std::vector<TimelinePoint>& timeline, size_t points_max) {
  if (timeline.size() <= points_max) return timeline;
  const size_t groups = (points_max - 2) / 2;
  std::vector<TimelinePoint> kept{timeline.front()};
  for (size_t group = 0; group < groups; ++group) {
    const auto begin = timeline.begin() + static_cast<ptrdiff_t>(group * timeline.size() / groups);
    const auto end = timeline.begin() + static_cast<ptrdiff_t>((group + 1) * timeline.size() / groups);
    auto [low, high] =
        std::minmax_element(begin, end, [](const auto& a, const auto& b) { return a.rss_bytes < b.rss_bytes; });
    if (high < low) std::swap(low, high);
    if (low->op > kept.back().op) kept.push_back(*low);
    if (high->op > kept.back().op) kept.push_back(*high);
  }
  if (timeline.back().op > kept.back().op) kept.push_back(timeline.back());
  return kept;
}

}  // namespace heapreel::lab
