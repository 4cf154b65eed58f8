// The functions of process_watch.h.
#include "recorder/collector/process_watch.h"

#include <algorithm>
#include <ctime>

namespace heapreel::collector {
namespace {

constexpr uint64_t kWatchFromNs = 1'500'000;  // of a process's life
constexpr uint64_t kNamesFromNs = 30'000'000;
constexpr uint64_t kNamesEveryNs = 1'000'000'000;
constexpr double kNamesShareMax = 0.01;
constexpr uint64_t kMemoryBytesAtOnce = uint64_t{4} << 20;
constexpr uint64_t kResidencyBytesMax = uint64_t{16} << 20;
constexpr size_t kEarlyNotesMax = 65536;

uint64_t nanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

// Of each group of so many points the one with the greatest RssAnon.
std::vector<reel::MemoryPoint> thinned(const std::vector<reel::MemoryPoint>& points, size_t group) {
  std::vector<reel::MemoryPoint> kept;
  for (size_t at = 0; at < points.size(); at += group) {
    const auto first = points.begin() + static_cast<ptrdiff_t>(at);
    const auto end = points.begin() + static_cast<ptrdiff_t>(std::min(at + group, points.size()));
    kept.push_back(*std::max_element(first, end, [](const reel::MemoryPoint& a, const reel::MemoryPoint& b) {
      return a.rss_anon_bytes < b.rss_anon_bytes;
    }));
  }
  return kept;
}

}  // namespace

observe::Sampler& LazySampler::get() {
  if (sampler_) return *sampler_;
  observe::WatchOptions options;
  options.before_mappings = [this] { freshness_.ask(); };
  sampler_.emplace([this] { return clock_.now(); }, options);
  return *sampler_;
}

ProcessWatch::ProcessWatch(LazySampler& sampler, int pid, uint64_t origin, const ProcessWatch* parent)
    : sampler_(sampler),
      pid_(pid),
      origin_(origin),
      met_ns_(nanoseconds(CLOCK_MONOTONIC)),
      map_(std::make_shared<observe::MallocMap>()),
      names_pace_(kNamesEveryNs, kNamesShareMax) {
  if (parent == nullptr) return;
  map_->inherit(*parent->map_);
  live_.inherit(parent->live_);
}

void ProcessWatch::tell_change(const reel::Event& event, MapChange change) {
  switch (change) {
    case MapChange::kBirth:
      if ((event.flags & reel::kFailed) != 0) return;
      live_.born(event.object, event.size, event.time);
      return map_->born(event.object, event.size, event.time);
    case MapChange::kDeath:
      live_.gone(event.object, event.time);
      return map_->gone(event.object, event.time);
    case MapChange::kRealloc:
      return tell_realloc(event);
    case MapChange::kNone:
      return;
  }
}

void ProcessWatch::tell_realloc(const reel::Event& event) {
  const bool released = reel::releases_old(event.op, event.flags);
  const bool born = reel::births(event.op, event.flags);
  if (released) live_.gone(event.old_object, event.time);
  if (born) live_.born(event.object, event.size, event.time);
  if (released && born)
    map_->was_realloced(event.old_object, event.object, event.size, event.time);
  else if (released)
    map_->gone(event.old_object, event.time);
  else if (born)
    map_->born(event.object, event.size, event.time);
}

ProcessWatch::~ProcessWatch() {
  if (handle_) sampler_.get().remove(*handle_);
}

void ProcessWatch::look(uint64_t now_ns) {
  if (handle_ || failed_ || now_ns < met_ns_ + kWatchFromNs) return;
  auto handle = sampler_.get().add(pid_, map_, origin_);
  failed_ = !handle;  // it has gone
  if (failed_) return;
  handle_ = *handle;
  for (const reel::ResidencyNote& note : early_notes_) sampler_.get().note(*handle_, note);
  early_notes_.clear();
}

void ProcessWatch::note(const reel::ResidencyNote& note) {
  if (handle_) return sampler_.get().note(*handle_, note);
  if (early_notes_.size() < kEarlyNotesMax)
    early_notes_.push_back(note);
  else
    ++notes_lost_;
}

std::vector<observe::ThreadSeen> ProcessWatch::thread_names_if_due(uint64_t now_ns) {
  if (now_ns < met_ns_ + kNamesFromNs || !names_pace_.due(now_ns)) return {};
  const uint64_t before_ns = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
  const auto files = observe::ProcessFiles::open(pid_);
  std::vector<observe::ThreadSeen> threads;
  if (files && files->same_image()) threads = files->threads();
  names_pace_.done(now_ns, nanoseconds(CLOCK_THREAD_CPUTIME_ID) - before_ns);
  return threads;
}

observe::MemoryTotals ProcessWatch::totals() const {
  return handle_ ? sampler_.get().totals(*handle_) : observe::MemoryTotals{};
}

reel::proto::Metadata ProcessWatch::take() {
  observe::Taken taken;
  if (handle_) {
    taken = sampler_.get().take(*handle_);
  } else {
    std::ranges::stable_sort(early_notes_, {}, &reel::ResidencyNote::time);
    taken.residency = reel::encode_residency(early_notes_);
    early_notes_.clear();
  }
  limit_memory(taken.memory);
  limit_residency(taken.residency);
  reel::proto::Metadata metadata;
  if (taken.memory.time_steps_size() > 0) *metadata.add_memory() = std::move(taken.memory);
  if (taken.residency.time_steps_size() > 0) *metadata.add_residency() = std::move(taken.residency);
  return metadata;
}

void ProcessWatch::limit_memory(reel::proto::MemorySamples& samples) {
  const uint64_t halvings = std::min<uint64_t>(memory_bytes_ / kMemoryBytesAtOnce, 20);
  if (halvings > 0)
    if (const auto points = reel::decode_memory(samples))
      samples = reel::encode_memory(thinned(*points, size_t{1} << halvings));
  memory_bytes_ += samples.ByteSizeLong();
}

void ProcessWatch::limit_residency(reel::proto::Residency& residency) {
  if (residency_bytes_ >= kResidencyBytesMax) {
    notes_lost_ += static_cast<uint64_t>(residency.time_steps_size());
    residency.Clear();
  }
  residency_bytes_ += residency.ByteSizeLong();
}

}  // namespace heapreel::collector
