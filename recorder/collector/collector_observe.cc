// What the collector looks at beside the events: each on a beat of its own.
#include "recorder/collector/collector.h"

namespace heapreel::collector {
namespace {

constexpr uint64_t kShowEveryNs = 100'000'000;
constexpr uint64_t kWriteEveryNs = 2'000'000'000;

}  // namespace

void Collector::observe(uint64_t now_ns) {
  for (const auto& [record, process] : processes_)
    if (process->reel != nullptr) process->reel->observe(now_ns);
  if (now_ns >= observation_.show_next_ns) {
    observation_.show_next_ns = now_ns + kShowEveryNs;
    show_memory();
  }
  if (observation_.write_next_ns == 0) observation_.write_next_ns = now_ns + kWriteEveryNs;
  if (now_ns < observation_.write_next_ns) return;
  observation_.write_next_ns = now_ns + kWriteEveryNs;
  for (const auto& [record, process] : processes_)
    if (process->reel != nullptr) process->reel->write_observations();
}

// The watching thread is about to look which memory is whose.
void Collector::answer_watcher() {
  Freshness& freshness = sampler_.freshness();
  if (!freshness.asked()) return;
  const uint32_t question = freshness.question();
  drain_full();
  sweep_active(nullptr);
  freshness.given(question);
}

// Of all processes now; and the peak of the one that had the greatest.
void Collector::show_memory() {
  uint64_t rss_bytes = 0;
  uint64_t live_bytes = 0;
  for (const auto& [record, process] : processes_) {
    if (process->reel == nullptr) continue;
    const observe::MemoryTotals totals = process->reel->memory_totals();
    if (!totals.ended) rss_bytes += totals.last.rss_anon_bytes;
    if (!totals.ended) live_bytes += process->reel->live_bytes();
    note_peak(totals.rss_anon_bytes_peak);
  }
  board_.rss_bytes.store(rss_bytes, std::memory_order_relaxed);
  board_.live_bytes.store(live_bytes, std::memory_order_relaxed);
}

void Collector::note_peak(uint64_t rss_bytes_peak) {
  if (rss_bytes_peak > board_.rss_bytes_peak.load(std::memory_order_relaxed))
    board_.rss_bytes_peak.store(rss_bytes_peak, std::memory_order_relaxed);
}

// Of a reel that is about to be sealed: what is shown of it at the end.
void Collector::show_last(const ProcessReel& reel, uint64_t end) {
  note_peak(reel.memory_totals().rss_anon_bytes_peak);
  const uint64_t duration_ns = base::ticks_to_ns(end, clock_.ticks_per_second());
  if (duration_ns > board_.duration_ns.load(std::memory_order_relaxed))
    board_.duration_ns.store(duration_ns, std::memory_order_relaxed);
}

}  // namespace heapreel::collector
