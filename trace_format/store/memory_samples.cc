// The functions of memory_samples.h.
#include "trace_format/store/memory_samples.h"

#include <algorithm>
#include <fmt/format.h>

namespace heapreel::reel {
namespace {

using Steps = google::protobuf::RepeatedField<int64_t>;
using Samples = proto::MemorySamples;

// A list of the message and the figure it holds.
struct Curve {
  const char* name;
  uint64_t MemoryPoint::*value;
  const Steps& (Samples::*read)() const;
  Steps* (Samples::*edit)();
};

constexpr Curve kNonMalloc = {"non_malloc", &MemoryPoint::non_malloc_bytes, &Samples::non_malloc_steps,
                              &Samples::mutable_non_malloc_steps};
constexpr Curve kCurves[] = {
    {"rss_anon", &MemoryPoint::rss_anon_bytes, &Samples::rss_anon_steps, &Samples::mutable_rss_anon_steps},
    {"minor_fault", &MemoryPoint::minor_faults, &Samples::minor_fault_steps, &Samples::mutable_minor_fault_steps},
    {"major_fault", &MemoryPoint::major_faults, &Samples::major_fault_steps, &Samples::mutable_major_fault_steps},
    {"user_ns", &MemoryPoint::user_ns, &Samples::user_ns_steps, &Samples::mutable_user_ns_steps},
    {"system_ns", &MemoryPoint::system_ns, &Samples::system_ns_steps, &Samples::mutable_system_ns_steps},
    {"rss_file", &MemoryPoint::rss_file_bytes, &Samples::rss_file_steps, &Samples::mutable_rss_file_steps},
    {"rss_shmem", &MemoryPoint::rss_shmem_bytes, &Samples::rss_shmem_steps, &Samples::mutable_rss_shmem_steps},
    {"anon_huge", &MemoryPoint::anon_huge_bytes, &Samples::anon_huge_steps, &Samples::mutable_anon_huge_steps},
    {"lazy_free", &MemoryPoint::lazy_free_bytes, &Samples::lazy_free_steps, &Samples::mutable_lazy_free_steps},
    {"swap", &MemoryPoint::swap_bytes, &Samples::swap_steps, &Samples::mutable_swap_steps},
};

void write_curve(const Curve& curve, std::span<const MemoryPoint> points, Samples& message) {
  Steps& steps = *(message.*curve.edit)();
  steps.Reserve(static_cast<int>(points.size()));
  uint64_t before = 0;
  for (const MemoryPoint& point : points) {
    steps.Add(static_cast<int64_t>(point.*curve.value - before));
    before = point.*curve.value;
  }
}

tl::unexpected<base::Error> bad_list(const char* list, const char* why) {
  return base::bad_input(fmt::format("damaged memory samples, list {}", list), why);
}

base::Status read_curve(const Curve& curve, const Samples& message, std::vector<MemoryPoint>& points) {
  const Steps& steps = (message.*curve.read)();
  if (steps.empty()) return {};
  if (static_cast<size_t>(steps.size()) != points.size())
    return bad_list(curve.name, "it is not as long as the list of times");
  int64_t value = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    if (__builtin_add_overflow(value, steps.Get(static_cast<int>(i)), &value) || value < 0)
      return bad_list(curve.name, "its sums are below zero or beyond 2^63");
    points[i].*curve.value = static_cast<uint64_t>(value);
  }
  return {};
}

bool step_time(uint64_t step, uint64_t& time) { return !__builtin_add_overflow(time, step, &time); }

}  // namespace

proto::MemorySamples encode_memory(std::span<const MemoryPoint> points) {
  Samples message;
  uint64_t before = 0;
  for (const MemoryPoint& point : points) {
    message.add_time_steps(point.time - before);
    before = point.time;
  }
  for (const Curve& curve : kCurves) {
    const bool all_zero = std::ranges::all_of(points, [&](const MemoryPoint& p) { return p.*curve.value == 0; });
    if (!all_zero) write_curve(curve, points, message);
  }
  if (!points.empty() && points.front().non_malloc_known) write_curve(kNonMalloc, points, message);
  return message;
}

base::Result<std::vector<MemoryPoint>> decode_memory(const proto::MemorySamples& message) {
  std::vector<MemoryPoint> points;
  points.reserve(static_cast<size_t>(message.time_steps_size()));
  uint64_t time = 0;
  for (const uint64_t step : message.time_steps()) {
    if (!step_time(step, time)) return bad_list("time", "its sums are beyond 2^64");
    points.push_back({.time = time, .non_malloc_known = !message.non_malloc_steps().empty()});
  }
  for (const Curve& curve : kCurves) HEAPREEL_TRY(read_curve(curve, message, points));
  HEAPREEL_TRY(read_curve(kNonMalloc, message, points));
  return points;
}

proto::Residency encode_residency(std::span<const ResidencyNote> notes) {
  proto::Residency message;
  ResidencyNote before;
  for (const ResidencyNote& note : notes) {
    message.add_time_steps(note.time - before.time);
    message.add_block_steps(static_cast<int64_t>(note.block - before.block));
    message.add_resident_pages(note.touched_pages);
    message.add_occasions(static_cast<uint32_t>(note.occasion));
    before = note;
  }
  return message;
}

base::Result<std::vector<ResidencyNote>> decode_residency(const proto::Residency& message) {
  const int size = message.time_steps_size();
  const auto bad = [](const char* why) { return base::bad_input("damaged residency notes", why); };
  if (message.block_steps_size() != size || message.resident_pages_size() != size || message.occasions_size() != size)
    return bad("the lists differ in length");
  std::vector<ResidencyNote> notes;
  notes.reserve(static_cast<size_t>(size));
  ResidencyNote note;
  for (int i = 0; i < size; ++i) {
    if (!step_time(message.time_steps(i), note.time)) return bad("the times are beyond 2^64");
    if (message.occasions(i) > static_cast<uint32_t>(Occasion::kAtExit)) return bad("an unknown occasion");
    note.block += static_cast<uint64_t>(message.block_steps(i));
    note.touched_pages = message.resident_pages(i);
    note.occasion = static_cast<Occasion>(message.occasions(i));
    notes.push_back(note);
  }
  return notes;
}

base::Result<std::vector<MemoryPoint>> memory_curve(const proto::Metadata& metadata) {
  std::vector<MemoryPoint> curve;
  for (const proto::MemorySamples& stretch : metadata.memory()) {
    auto points = decode_memory(stretch);
    if (!points) return base::fail(std::move(points).error());
    curve.insert(curve.end(), points->begin(), points->end());
  }
  std::ranges::stable_sort(curve, {}, &MemoryPoint::time);
  return curve;
}

base::Result<std::vector<ResidencyNote>> residency_notes(const proto::Metadata& metadata) {
  std::vector<ResidencyNote> all;
  for (const proto::Residency& message : metadata.residency()) {
    auto notes = decode_residency(message);
    if (!notes) return base::fail(std::move(notes).error());
    all.insert(all.end(), notes->begin(), notes->end());
  }
  std::ranges::stable_sort(all, {}, &ResidencyNote::time);
  return all;
}

RssFigures rss_figures(std::span<const MemoryPoint> points) {
  if (points.empty()) return {};
  RssFigures figures{.peak_bytes = points.back().rss_anon_bytes, .mean_bytes = points.back().rss_anon_bytes};
  double area = 0;
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    figures.peak_bytes = std::max(figures.peak_bytes, points[i].rss_anon_bytes);
    area += static_cast<double>(points[i].rss_anon_bytes) * static_cast<double>(points[i + 1].time - points[i].time);
  }
  const uint64_t span = points.back().time - points.front().time;
  if (span > 0) figures.mean_bytes = static_cast<uint64_t>(area / static_cast<double>(span));
  return figures;
}

}  // namespace heapreel::reel
