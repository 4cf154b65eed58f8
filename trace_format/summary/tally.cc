// The merging of tally.h: a few nanoseconds for every object that outlives its batch.
#include "trace_format/summary/tally.h"

#include <algorithm>

namespace heapreel::reel {
namespace {

constexpr size_t kPrefetchDistance = 8;

}  // namespace

void Tally::add(const Digest& digest, const EventBatch* batch, const SummaryOptions& options) {
  if (digest.counts.events == 0) return;
  if (sum_.counts.events == 0) {
    sum_.first_time = digest.first_time;
    curve_.add(digest.first_time, 0);
  }
  sum_.last_time = digest.last_time;
  if (digest.first_object > next_object_) births_lost_ = true;
  next_object_ = digest.next_object;
  for (const uint32_t thread : digest.threads) {
    if (thread >= threads_seen_.size()) threads_seen_.resize(thread + size_t{1});
    threads_seen_[thread] = true;
  }
  sum_.counts.add(digest.counts);
  conflicts_.clear();
  add_steps(digest);
  for (const Survivor& survivor : digest.survivors) live_.add(survivor.object, {survivor.size, survivor.thread});
  if (batch == nullptr) return;
  if (options.on_contradiction) show_conflicts(digest, *batch, options);
  if (options.content_id) id_.add(*batch);
}

void Tally::add_steps(const Digest& digest) {
  size_t death = 0;
  for (const LevelStep& step : digest.steps) {
    if (step.has_birth) {
      const uint64_t top = live_bytes_ + static_cast<uint64_t>(step.bytes_rise);
      curve_.add(step.rise_time, top);
      if (top > sum_.live_peak_bytes) {
        sum_.live_peak_bytes = top;
        sum_.live_peak_time = step.rise_time;
      }
      sum_.live_peak_objects =
          std::max(sum_.live_peak_objects, live_objects_ + static_cast<uint64_t>(step.objects_rise));
    }
    live_bytes_ += static_cast<uint64_t>(step.bytes_net);
    live_objects_ += static_cast<uint64_t>(step.objects_net);
    if (!step.ends_with_old_death) continue;
    if (death + kPrefetchDistance < digest.old_deaths.size())
      live_.prefetch(digest.old_deaths[death + kPrefetchDistance].object);
    end_life(digest.old_deaths[death++]);
  }
}

void Tally::end_life(const OldDeath& death) {
  LiveObject died;
  if (!live_.remove(death.object, died)) {
    sum_.counts.unknown_frees += births_lost_ ? 1 : 0;
    sum_.counts.double_frees += births_lost_ ? 0 : 1;
    conflicts_.push_back({death.position, births_lost_ ? Contradicts::kUnknown : Contradicts::kTwice, death.object});
    return;
  }
  live_bytes_ -= died.size;
  live_objects_ -= 1;
  if (death.by_free && died.thread != death.thread) sum_.counts.cross_thread_frees += 1;
}

void Tally::show_conflicts(const Digest& digest, const EventBatch& batch, const SummaryOptions& options) {
  conflicts_.insert(conflicts_.end(), digest.conflicts.begin(), digest.conflicts.end());
  std::sort(conflicts_.begin(), conflicts_.end(),
            [](const Conflict& a, const Conflict& b) { return a.position < b.position; });
  for (const Conflict& conflict : conflicts_)
    options.on_contradiction(
        {&batch.events[conflict.position], batch.first_event + conflict.position, conflict.how, conflict.object});
}

Summary Tally::finish(const StreamNotes& notes, const SummaryOptions& options) {
  sum_.live_end_bytes = live_bytes_;
  sum_.live_end_objects = live_objects_;
  sum_.inversions_repaired = notes.inversions_repaired;
  sum_.events_lost = sum_.counts.lost_in_gaps + notes.events_lost;
  sum_.damage = notes.damage;
  sum_.live_curve = curve_.points();
  sum_.threads = static_cast<uint64_t>(std::count(threads_seen_.begin(), threads_seen_.end(), true));
  if (options.content_id) sum_.content_id = id_.finish();
  return std::move(sum_);
}

}  // namespace heapreel::reel
