// The functions of program_record.h.
#include "replayer/predict/program_record.h"

#include <algorithm>

#include "replayer/predict/base_curve.h"
#include "replayer/predict/median.h"
#include "trace_format/base/ticks.h"
#include "trace_format/store/memory_samples.h"

namespace heapreel::predict {
namespace {

uint64_t ticks_per_second(const reel::proto::Metadata& metadata) {
  return std::max<uint64_t>(metadata.clock().ticks_per_second(), 1);
}

// The time of the reel's first event, in ticks.
uint64_t first_event(const reel::ReelFile& file) {
  uint64_t first = ~uint64_t{0};
  for (const reel::BlockEntry& block : file.blocks())
    if (block.holds_events() && block.events > 0) first = std::min(first, block.first_time);
  return first == ~uint64_t{0} ? 0 : first;
}

uint64_t last_time(const reel::ReelFile& file, const reel::proto::Metadata& metadata,
                   const std::vector<reel::MemoryPoint>& points) {
  uint64_t last = metadata.ending().end();
  for (const reel::BlockEntry& block : file.blocks())
    if (block.holds_events()) last = std::max(last, block.last_time);
  return points.empty() ? last : std::max(last, points.back().time);
}

void read_memory(const std::vector<reel::MemoryPoint>& points, uint64_t ticks, ProgramRecord& program) {
  std::vector<CurvePoint> rss;
  std::vector<CurvePoint> base;
  std::vector<CurvePoint> cpu;
  for (const reel::MemoryPoint& point : points) {
    const uint64_t time_ns = base::ticks_to_ns(point.time, ticks);
    rss.push_back({time_ns, static_cast<double>(point.rss_anon_bytes)});
    // Read more seldom than memory, and repeated in between.
    if (const auto spent = static_cast<double>(point.user_ns + point.system_ns);
        spent > (cpu.empty() ? 0 : cpu.back().value))
      cpu.push_back({time_ns, spent});
    if (point.non_malloc_known) base.push_back({time_ns, static_cast<double>(point.non_malloc_bytes)});
  }
  program.rss = Curve(rss);
  if (!cpu.empty()) cpu.insert(cpu.begin(), {0, 0});
  program.cpu = Curve(cpu);
  program.non_malloc_known = !base.empty();
  program.non_malloc = base_curve(program.rss, looks_of(base));
  if (points.empty()) return;
  program.user_ns = points.back().user_ns;
  program.system_ns = points.back().system_ns;
  program.minor_faults = points.back().minor_faults;
}

}  // namespace

ReferenceFigures reference_figures(const std::vector<reel::proto::Reference>& references) {
  std::vector<uint64_t> wall, user, system, faults;
  std::vector<double> peaks, means;
  for (const reel::proto::Reference& run : references) {
    if (run.exit_status() != 0) continue;
    wall.push_back(run.wall_ns());
    user.push_back(run.user_ns());
    system.push_back(run.system_ns());
    faults.push_back(run.minor_faults());
    peaks.push_back(static_cast<double>(run.rss_peak_bytes()));
    means.push_back(static_cast<double>(run.rss_mean_bytes()));
  }
  if (wall.empty()) return {};
  return {.runs = static_cast<uint32_t>(wall.size()),
          .wall_ns = median(wall),
          .user_ns = median(user),
          .system_ns = median(system),
          .minor_faults = median(faults),
          .peak_bytes = median(peaks),
          .peak_bytes_low = std::ranges::min(peaks),
          .peak_bytes_high = std::ranges::max(peaks),
          .mean_bytes = median(means),
          .mean_bytes_low = std::ranges::min(means),
          .mean_bytes_high = std::ranges::max(means)};
}

base::Result<ProgramRecord> read_program(const reel::ReelFile& file, const reel::proto::Metadata& metadata) {
  const auto points = reel::memory_curve(metadata);
  if (!points) return base::fail(points.error());
  const uint64_t ticks = ticks_per_second(metadata);
  ProgramRecord program;
  program.allocator = metadata.allocator().name();
  program.first_event_ns = base::ticks_to_ns(first_event(file), ticks);
  program.duration_ns = base::ticks_to_ns(last_time(file, metadata, *points), ticks);
  for (const reel::proto::Thread& thread : metadata.threads()) {
    const uint64_t own_ns = base::ticks_to_ns(thread.recorder_ticks(), ticks);
    program.recorder_ns += own_ns;
    program.recorder_ns_max = std::max(program.recorder_ns_max, own_ns);
  }
  read_memory(*points, ticks, program);
  program.references = reference_figures({metadata.references().begin(), metadata.references().end()});
  return program;
}

}  // namespace heapreel::predict
