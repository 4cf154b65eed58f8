// The program's own record as results.json holds it (results_bridge.h).
#include <algorithm>
#include <cmath>

#include "replayer/predict/results_bridge.h"

namespace heapreel::predict {
namespace {

uint64_t whole(double bytes) { return static_cast<uint64_t>(std::llround(std::max(bytes, 0.0))); }

lab::ProgramPoint point_at(const ProgramRecord& program, uint64_t time_ns) {
  lab::ProgramPoint point{.t_ns = time_ns - program.first_event_ns, .rss_bytes = whole(program.rss.at(time_ns))};
  if (program.non_malloc_known) point.non_malloc_bytes = whole(program.non_malloc.at(time_ns));
  return point;
}

// What was read at and after the first event; it begins there, between two readings if need be.
std::vector<lab::ProgramPoint> timeline_of(const ProgramRecord& program) {
  std::vector<lab::ProgramPoint> points;
  if (program.rss.empty()) return points;
  points.push_back(point_at(program, program.first_event_ns));
  for (const CurvePoint& point : program.rss.points())
    if (point.time_ns > program.first_event_ns) points.push_back(point_at(program, point.time_ns));
  return points;
}

// Of each group of neighbours the lowest and the highest, so that no peak is lost.
std::vector<lab::ProgramPoint> thinned(std::vector<lab::ProgramPoint> points, size_t most) {
  if (points.size() <= most) return points;
  const size_t groups = most / 2;
  std::vector<lab::ProgramPoint> kept;
  for (size_t group = 0; group < groups; ++group) {
    const auto begin = points.begin() + static_cast<ptrdiff_t>(group * points.size() / groups);
    const auto end = points.begin() + static_cast<ptrdiff_t>((group + 1) * points.size() / groups);
    const auto less = [](const auto& a, const auto& b) { return a.rss_bytes < b.rss_bytes; };
    auto [low, high] = std::minmax_element(begin, end, less);
    if (high < low) std::swap(low, high);
    kept.push_back(*low);
    if (high != low) kept.push_back(*high);
  }
  return kept;
}

}  // namespace

lab::ProgramFacts program_facts(const ProgramRecord& program) {
  lab::ProgramFacts facts{.allocator = program.allocator,
                          .duration_ns = program.duration_ns,
                          .first_event_ns = program.first_event_ns,
                          .timeline = thinned(timeline_of(program), kProgramPoints)};
  const ReferenceFigures& runs = program.references;
  if (runs.runs == 0) return facts;
  facts.references = lab::ReferenceRuns{.runs = runs.runs,
                                        .wall_s = static_cast<double>(runs.wall_ns) / 1e9,
                                        .cpu_s = static_cast<double>(runs.user_ns + runs.system_ns) / 1e9,
                                        .minor_faults = runs.minor_faults,
                                        .rss_peak_bytes = {runs.peak_bytes, runs.peak_bytes_low, runs.peak_bytes_high},
                                        .rss_mean_bytes = {runs.mean_bytes, runs.mean_bytes_low, runs.mean_bytes_high}};
  return facts;
}

}  // namespace heapreel::predict
