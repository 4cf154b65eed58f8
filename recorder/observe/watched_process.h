// One process under watch: its files, where its allocator's memory is, and what was read since somebody last took it.
//
// look_*() belong to the sampler's thread, the rest to any. Points and notes are bounded: of too many points every
// second goes, the greater RssAnon of each pair stays; notes beyond the bound are lost, and both are counted.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "recorder/observe/pace.h"
#include "recorder/observe/residency.h"
#include "recorder/observe/smaps_walk.h"

namespace heapreel::observe {

struct WatchOptions {
  uint64_t memory_period_ns = 4'000'000;
  uint64_t cpu_period_ns = 20'000'000;
  uint64_t smaps_period_ns = 100'000'000;
  uint64_t residency_period_ns = 10'000'000;
  double smaps_share_max = 0.01;  // of the time; of all processes together
  double residency_share_max = 0.01;
  std::function<void()> before_mappings{};  // whoever keeps the map brings it up to date; on the sampler's thread
};

// What has been collected, for two metadata messages.
struct Taken {
  reel::proto::MemorySamples memory;
  reel::proto::Residency residency;
};

// Over the whole time that the process was watched.
struct MemoryTotals {
  bool ended = false;
  uint64_t samples = 0;
  uint64_t rss_anon_bytes_peak = 0;
  uint64_t rss_anon_bytes_mean = 0;
  reel::MemoryPoint last;  // the last readings of a process that has ended
  uint64_t points_thinned = 0;
  uint64_t notes_lost = 0;
  uint64_t large_blocks_refused = 0;
  uint64_t smaps_period_ns = 0;  // as achieved; 0: fewer than two walks
  uint64_t residency_period_ns = 0;
  uint64_t smaps_cost_ns = 0;
  uint64_t residency_cost_ns = 0;
};

class WatchedProcess {
 public:
  // Without a map neither mappings nor blocks are looked at. Times are reel ticks: the clock's, less `origin`.
  WatchedProcess(ProcessFiles files, std::shared_ptr<MallocMap> map, const WatchOptions& options, uint64_t origin);

  // The time of a look is the clock's; `now_ns` is CLOCK_MONOTONIC's.
  void look_at_memory(uint64_t time);
  void look_at_cpu();
  // Whatever of mappings and blocks is due.
  void look_closely(uint64_t now_ns, const ResidencyProbe::Clock& clock, const BetweenReads& between, size_t sharers);

  bool ended() const;
  void note(const reel::ResidencyNote& note);
  Taken take();
  MemoryTotals totals() const;
  const ProcessFiles& files() const { return files_; }

 private:
  static constexpr size_t kPointsMax = size_t{1} << 16;
  static constexpr size_t kNotesMax = size_t{1} << 18;

  void look_at_mappings(uint64_t now_ns, const BetweenReads& between, size_t sharers);
  void look_at_blocks(uint64_t now_ns, const ResidencyProbe::Clock& clock, const BetweenReads& between, size_t sharers);
  uint64_t reel_time(uint64_t time) const { return time > origin_ ? time - origin_ : 0; }
  void add_point(uint64_t time, const MemoryReading& reading);
  void thin_points();

  ProcessFiles files_;
  std::shared_ptr<MallocMap> map_;
  std::optional<SmapsWalk> walk_;
  ResidencyProbe probe_;
  std::vector<reel::ResidencyNote> probe_notes_;
  uint64_t origin_;

  mutable std::mutex mutex_;  // over all below
  Pace smaps_pace_;
  Pace residency_pace_;
  std::function<void()> before_mappings_;
  std::vector<reel::MemoryPoint> points_;
  std::vector<reel::ResidencyNote> notes_;
  reel::MemoryPoint last_;
  MemoryTotals totals_;
  uint64_t first_time_ = 0;
  double rss_area_ = 0;  // byte ticks
};

}  // namespace heapreel::observe
