// The collector's loop, its sleep, and what it reports.
#include "recorder/collector/collector.h"

#include <csignal>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <unistd.h>

namespace heapreel::collector {
namespace {

constexpr uint64_t kRestShortestNs = 2'000'000;
constexpr uint64_t kRestLongestNs = 50'000'000;
constexpr uint64_t kSweepEveryNs = 250'000'000;
constexpr uint32_t kSweepsALook = 4;

uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

Collector::Collector(const RecordOptions& options, SharedPool& pool, Board& board, base::Fd launcher)
    : options_(options),
      shared_(pool),
      pool_(pool.pool()),
      board_(board),
      launcher_(std::move(launcher)),
      clock_(options.pool.clock),
      capture_(capture_settings(clock_, options)),
      attention_(pool.header().collector_asleep),
      heart_(pool.header().heartbeat),
      sampler_(clock_, pool.header().collector_asleep),
      door_(pool, attention_),
      read_to_(pool_.chunks(), 0) {
  if (launcher_.valid()) attention_.watch(launcher_.get());
  const uint64_t now = monotonic_ns();
  next_sweep_ns_ = now + kSweepEveryNs;
  if (options.duration_ns != 0) stop_at_ns_ = now + options.duration_ns;
  pool.header().collector_pid.store(static_cast<uint32_t>(getpid()));
  pool.header().coarse_stamp.store(clock_.now());
  paused_at_ = clock_.now();
  root_pid_ = options.collect_pid;
  launcher_gone_ = !launcher_.valid();
}

void Collector::run() {
  while (!over_) {
    clock_.look();
    heart_.beat();
    pool_.header->coarse_stamp.store(clock_.now(), std::memory_order_relaxed);
    meet_new_processes();
    const uint32_t freed = drain_full();
    const uint64_t now = monotonic_ns();
    if (now >= next_sweep_ns_) {
      sweep_active(nullptr);
      if (++sweeps_ % kSweepsALook == 0) look_around();
      next_sweep_ns_ = now + kSweepEveryNs;
    }
    answer_watcher();
    trim_windows();
    observe(now);
    check_limits();
    if (attention_.wanted()) attend();
    bury_the_gone();
    report();
    settle();
    end_if_last();
    if (!over_) rest(freed == 0);
  }
  report();
  board_.clean.store(1);
}

// What is asked of the kernel, and so not often.
void Collector::look_around() {
  for (const auto& [record, process] : processes_)
    if (process->reel != nullptr) process->reel->look_at_code();
  notice_replaced();
}

// A writer wakes us when a quarter of the pool is full; until then polling is cheaper for everybody.
void Collector::rest(bool was_idle) {
  rest_ns_ = was_idle ? std::min(std::max(rest_ns_ * 2, kRestShortestNs), kRestLongestNs) : kRestShortestNs;
  ring::PoolHeader& header = *pool_.header;
  if (header.recording.load() == ring::Recording::kAbandoned) header.recording.store(ring::Recording::kOn);
  header.collector_asleep.store(1, std::memory_order_seq_cst);
  if (root_ended_ && board_.settled.load() == 0) rest_ns_ = kRestShortestNs;  // somebody waits
  const bool busy = header.full_count.load(std::memory_order_seq_cst) * 4 >= pool_.large_chunks;
  const uint64_t before_ns = monotonic_ns();
  if (!busy && all_met() && !attention_.wanted() && !sampler_.freshness().asked())
    sleep_on(header.collector_asleep, 1, rest_ns_);
  header.collector_asleep.store(0, std::memory_order_relaxed);
  const uint64_t now_ns = monotonic_ns();
  if (round_ns_ != 0) see_round(before_ns - round_ns_, now_ns - before_ns);
  round_ns_ = now_ns;
}

void Collector::see_round(uint64_t busy_ns, uint64_t rested_ns) {
  const uint64_t waited_ns = hurry_.looks_soon(busy_ns + rested_ns) ? waited_for_processor_ns() : 0;
  if (hurry_.sees({.busy_ns = busy_ns, .rested_ns = rested_ns, .waited_ns = waited_ns})) set_hurry();
}

void Collector::check_limits() {
  if (stop_at_ns_ != 0 && monotonic_ns() >= stop_at_ns_) return stop_all(Why::kLimit, "--duration is over");
  if (options_.bytes_max == 0) return;
  uint64_t bytes = sealed_bytes_;
  for (const auto& [record, process] : processes_)
    if (process->reel != nullptr) bytes += process->reel->bytes();
  if (bytes >= options_.bytes_max) stop_all(Why::kLimit, "--max-bytes is reached");
}

// What a flight recorder need not keep any more. Everything up to the cut must have been read first.
void Collector::trim_windows() {
  if (capture_.flight.bytes_max == 0) return;
  for (const auto& [record, process] : processes_) {
    const uint64_t stamp = clock_.now();
    if (process->reel == nullptr || process->awaits_inheritance || !process->reel->window_is_over(stamp)) continue;
    drain_full();
    read_all_of(*process);
    process->reel->trim_window(stamp);
  }
}

void Collector::report() {
  uint64_t events = sealed_events_;
  uint64_t bytes = sealed_bytes_;
  uint64_t lost = sealed_lost_;
  uint64_t threads = 0;
  uint32_t running = 0;
  for (const auto& [record, process] : processes_) {
    if (process->reel == nullptr) continue;
    events += process->reel->events();
    bytes += process->reel->bytes();
    lost += process->reel->lost();
    threads += process->reel->threads();
    ++running;
  }
  board_.events.store(events, std::memory_order_relaxed);
  board_.bytes.store(bytes, std::memory_order_relaxed);
  board_.lost.store(lost, std::memory_order_relaxed);
  board_.threads.store(threads, std::memory_order_relaxed);
  board_.running.store(running, std::memory_order_relaxed);
}

void Collector::complain(const base::Error& error) {
  if (board_.trouble[0] != 0) return;  // the first is the cause
  const std::string text = fmt::format("{}: {}", error.what, error.why);
  std::strncpy(board_.trouble.data(), text.c_str(), board_.trouble.size() - 1);
}

// Seals everything and lets the program run on unrecorded.
void Collector::stop_all(Why why, const std::string& detail) {
  pool_.header->recording.store(ring::Recording::kOver);
  pool_.header->space.fetch_add(1);
  wake(pool_.header->space, 1 << 30);
  drain_full();
  if (why == Why::kLimit) board_.limited.store(1);
  while (!processes_.empty()) {
    FollowedProcess& process = *processes_.begin()->second;
    if (process.reel != nullptr) {
      process.reel->metadata().mutable_ending()->set_detail(detail);
    }
    finish(process, {}, why);
  }
  over_ = true;
}

}  // namespace heapreel::collector
