// What one recorded process really uses: tells the sampler where its allocator's memory is, and fetches what was seen.
//
// Sampling begins when the process has lived for a moment, in a thread that is started for the first such process: one
// that ends at once costs a table and nothing else, and its reel has no samples. The metadata stays within its limits
// however long the recording: with every 4 MiB of samples the next ones are kept half as often (of each group the
// greatest RssAnon stays), and notes of resident pages end at 16 MiB, counted.
// A forked child's map begins as a copy of what is known of its parent's then: what the parent did shortly before and
// after the fork may be in it or not. For the collector's thread alone.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "recorder/collector/clock.h"
#include "recorder/collector/freshness.h"
#include "recorder/collector/live_estimate.h"
#include "recorder/observe/sampler.h"
#include "trace_format/event/event.h"

namespace heapreel::collector {

// The one sampler of a collector, started when it is first needed.
class LazySampler {
 public:
  LazySampler(const SessionClock& clock, std::atomic<uint32_t>& asleep) : clock_(clock), freshness_(asleep) {}
  observe::Sampler& get();
  Freshness& freshness() { return freshness_; }

 private:
  const SessionClock& clock_;
  Freshness freshness_;  // outlives the sampler, whose thread asks by it
  std::optional<observe::Sampler> sampler_;
};

// What a call does to the memory its program has.
enum class MapChange : uint8_t { kNone, kBirth, kDeath, kRealloc };

constexpr std::array<MapChange, reel::kOpLimit> map_changes() {
  std::array<MapChange, reel::kOpLimit> changes{};
  for (size_t op = 0; op < changes.size(); ++op) {
    if (op >= size_t{static_cast<uint8_t>(reel::Op::kMalloc)} &&
        op <= size_t{static_cast<uint8_t>(reel::Op::kInherited)})
      changes[op] = MapChange::kBirth;
    if (op >= size_t{static_cast<uint8_t>(reel::Op::kFree)} && op < size_t{static_cast<uint8_t>(reel::Op::kUsableSize)})
      changes[op] = MapChange::kDeath;
  }
  changes[static_cast<size_t>(reel::Op::kRealloc)] = MapChange::kRealloc;
  changes[static_cast<size_t>(reel::Op::kReallocarray)] = MapChange::kRealloc;
  return changes;
}
inline constexpr auto kMapChanges = map_changes();

class ProcessWatch {
 public:
  // `origin`: the stamp of the reel's time 0. `parent`: of a forked child whose parent is watched, too; or null.
  ProcessWatch(LazySampler& sampler, int pid, uint64_t origin, const ProcessWatch* parent);
  ProcessWatch(const ProcessWatch&) = delete;
  ProcessWatch& operator=(const ProcessWatch&) = delete;
  ~ProcessWatch();

  // For every event of the program; its time is the reel's. Budget: 3 ns. Births and deaths come in any order, which no
  // processor foresees: one branch, seldom taken, instead of one for each.
  void tell(const reel::Event& event) {
    const MapChange change = kMapChanges[static_cast<uint8_t>(event.op) & (reel::kOpLimit - 1)];
    const unsigned is_birth = change == MapChange::kBirth ? 1 : 0;
    const unsigned is_death = change == MapChange::kDeath ? 1 : 0;
    const unsigned is_realloc = change == MapChange::kRealloc ? 1 : 0;
    const unsigned heeds_birth = map_->heeds_birth(event.object, event.size) ? 1 : 0;
    const unsigned heeds_death = map_->heeds_death(event.object) ? 1 : 0;
    const unsigned is_watched = live_.is_watched(event.object) ? 1 : 0;
    const unsigned matters = (is_birth & heeds_birth) | (is_death & heeds_death) | is_realloc | is_watched;
    if (matters != 0) [[unlikely]]
      tell_change(event, change);
  }
  // What the shim counted.
  void note(const reel::ResidencyNote& note);

  // Begins to sample if it is time. Now and below: CLOCK_MONOTONIC.
  void look(uint64_t now_ns);
  // The names of its threads, if they are due: at most once a second, and for at most 1 % of the time.
  std::vector<observe::ThreadSeen> thread_names_if_due(uint64_t now_ns);
  observe::MemoryTotals totals() const;
  // What its program has allocated and not freed, about.
  uint64_t live_bytes() const { return map_->large_bytes() + live_.bytes(); }

  // Memory samples and residency since the last call, within the limits of a reel.
  reel::proto::Metadata take();
  uint64_t notes_lost() const { return notes_lost_ + totals().notes_lost; }

 private:
  [[gnu::noinline]] void tell_change(const reel::Event& event, MapChange change);
  [[gnu::noinline]] void tell_realloc(const reel::Event& event);
  void limit_memory(reel::proto::MemorySamples& samples);
  void limit_residency(reel::proto::Residency& residency);

  LazySampler& sampler_;
  int pid_;
  uint64_t origin_;
  uint64_t met_ns_;
  std::shared_ptr<observe::MallocMap> map_;
  LiveEstimate live_;
  std::optional<observe::Sampler::Handle> handle_;
  bool failed_ = false;
  std::vector<reel::ResidencyNote> early_notes_;  // from before sampling began
  observe::Pace names_pace_;
  uint64_t memory_bytes_ = 0;  // of metadata so far
  uint64_t residency_bytes_ = 0;
  uint64_t notes_lost_ = 0;
};

}  // namespace heapreel::collector
