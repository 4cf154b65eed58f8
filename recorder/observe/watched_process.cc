// The functions of watched_process.h.
#include "recorder/observe/watched_process.h"

#include <algorithm>
#include <ctime>

#include "trace_format/base/ticks.h"

namespace heapreel::observe {
namespace {

uint64_t thread_cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<uint64_t>(time.tv_sec) * base::kNsPerSecond + static_cast<uint64_t>(time.tv_nsec);
}

}  // namespace

WatchedProcess::WatchedProcess(ProcessFiles files, std::shared_ptr<MallocMap> map, const WatchOptions& options,
                               uint64_t origin)
    : files_(std::move(files)),
      map_(std::move(map)),
      origin_(origin),
      smaps_pace_(options.smaps_period_ns, options.smaps_share_max),
      residency_pace_(options.residency_period_ns, options.residency_share_max),
      before_mappings_(options.before_mappings) {
  if (map_ != nullptr && files_.can_read_maps()) walk_.emplace(*map_);
}

void WatchedProcess::look_at_memory(uint64_t time) {
  if (const auto reading = files_.memory())
    add_point(reel_time(time), *reading);
  else if (files_.alive())
    files_.find_living_thread();  // for the next look
  else
    look_at_cpu();  // which notes the end
}

void WatchedProcess::add_point(uint64_t time, const MemoryReading& reading) {
  const std::lock_guard lock(mutex_);
  if (totals_.ended) return;
  if (totals_.samples == 0) first_time_ = time;
  if (totals_.samples > 0 && time > last_.time)
    rss_area_ += static_cast<double>(last_.rss_anon_bytes) * static_cast<double>(time - last_.time);
  last_.time = std::max(last_.time, time);
  last_.rss_anon_bytes = reading.rss_anon_bytes;
  ++totals_.samples;
  totals_.rss_anon_bytes_peak = std::max(totals_.rss_anon_bytes_peak, reading.rss_anon_bytes);
  if (points_.size() >= kPointsMax) thin_points();
  points_.push_back(last_);
}

void WatchedProcess::thin_points() {
  for (size_t i = 0; i < points_.size() / 2; ++i) {
    const reel::MemoryPoint& first = points_[2 * i];
    const reel::MemoryPoint& second = points_[2 * i + 1];
    points_[i] = first.rss_anon_bytes > second.rss_anon_bytes ? first : second;
  }
  totals_.points_thinned += points_.size() - points_.size() / 2;
  points_.resize(points_.size() / 2);
}

void WatchedProcess::look_at_cpu() {
  const auto cpu = files_.cpu();  // a zombie still has it
  const auto status = files_.status();
  const bool running = files_.alive();
  const bool executed_another = running && !files_.same_image();
  const std::lock_guard lock(mutex_);
  if (totals_.ended) return;
  totals_.ended = !running || executed_another;
  if (executed_another) return;
  if (cpu) {  // the split of the exact sum is coarse, and could step back
    last_.user_ns = std::max(last_.user_ns, cpu->user_ns);
    last_.system_ns = std::max(last_.system_ns, cpu->user_ns + cpu->system_ns - std::min(last_.user_ns, cpu->user_ns));
    last_.minor_faults = cpu->minor_faults;
    last_.major_faults = cpu->major_faults;
  }
  if (!status) return;
  last_.rss_file_bytes = status->rss_file_bytes;
  last_.rss_shmem_bytes = status->rss_shmem_bytes;
  last_.swap_bytes = status->swap_bytes;
}

void WatchedProcess::look_closely(uint64_t now_ns, const ResidencyProbe::Clock& clock, const BetweenReads& between,
                                  size_t sharers) {
  if (!walk_ || ended()) return;
  if (smaps_pace_.due(now_ns)) look_at_mappings(now_ns, between, sharers);
  if (residency_pace_.due(now_ns)) look_at_blocks(now_ns, clock, between, sharers);
}

void WatchedProcess::look_at_mappings(uint64_t now_ns, const BetweenReads& between, size_t sharers) {
  if (before_mappings_) before_mappings_();
  const uint64_t before_ns = thread_cpu_ns();
  const auto reading = walk_->walk(files_, between);
  const std::lock_guard lock(mutex_);
  smaps_pace_.done(now_ns, thread_cpu_ns() - before_ns, sharers);
  if (!reading || totals_.ended) return;
  if (!last_.non_malloc_known)  // what is known first is the best guess for the time before, and a stretch is of one
                                // kind
    for (reel::MemoryPoint& point : points_) {
      point.non_malloc_bytes = reading->non_malloc_bytes;
      point.non_malloc_known = true;
    }
  last_.non_malloc_known = true;
  last_.non_malloc_bytes = reading->non_malloc_bytes;
  last_.anon_huge_bytes = reading->anon_huge_bytes;
  last_.lazy_free_bytes = reading->lazy_free_bytes;
}

void WatchedProcess::look_at_blocks(uint64_t now_ns, const ResidencyProbe::Clock& clock, const BetweenReads& between,
                                    size_t sharers) {
  const uint64_t before_ns = thread_cpu_ns();
  probe_notes_.clear();
  const ResidencyProbe::Clock reel_clock = [&] { return reel_time(clock()); };
  probe_.pass(files_, *map_, now_ns, reel_clock, between, probe_notes_);
  for (const reel::ResidencyNote& seen : probe_notes_) note(seen);
  const std::lock_guard lock(mutex_);
  residency_pace_.done(now_ns, thread_cpu_ns() - before_ns, sharers);
}

bool WatchedProcess::ended() const {
  const std::lock_guard lock(mutex_);
  return totals_.ended;
}

void WatchedProcess::note(const reel::ResidencyNote& note) {
  const std::lock_guard lock(mutex_);
  if (notes_.size() < kNotesMax)
    notes_.push_back(note);
  else
    ++totals_.notes_lost;
}

Taken WatchedProcess::take() {
  std::vector<reel::MemoryPoint> points;
  std::vector<reel::ResidencyNote> notes;
  {
    const std::lock_guard lock(mutex_);
    points.swap(points_);
    notes.swap(notes_);
  }
  std::ranges::stable_sort(notes, {}, &reel::ResidencyNote::time);  // the shim's come late
  return {reel::encode_memory(points), reel::encode_residency(notes)};
}

MemoryTotals WatchedProcess::totals() const {
  const std::lock_guard lock(mutex_);
  MemoryTotals totals = totals_;
  totals.last = last_;
  const uint64_t span = last_.time - first_time_;
  totals.rss_anon_bytes_mean =
      span == 0 ? last_.rss_anon_bytes : static_cast<uint64_t>(rss_area_ / static_cast<double>(span));
  totals.large_blocks_refused = map_ == nullptr ? 0 : map_->large_refused();
  totals.smaps_period_ns = smaps_pace_.achieved_ns();
  totals.residency_period_ns = residency_pace_.achieved_ns();
  totals.smaps_cost_ns = smaps_pace_.cost_ns();
  totals.residency_cost_ns = residency_pace_.cost_ns();
  return totals;
}

}  // namespace heapreel::observe
