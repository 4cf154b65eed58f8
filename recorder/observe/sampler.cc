// The functions of sampler.h.
#include "recorder/observe/sampler.h"

#include <chrono>
#include <csignal>
#include <pthread.h>

namespace heapreel::observe {
namespace {

uint64_t monotonic_ns() {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

// The next time of a fixed beat that is still to come: looks that were missed are not made up for.
uint64_t next_beat(uint64_t due_ns, uint64_t now_ns, uint64_t period_ns) {
  return std::max(due_ns + period_ns, now_ns + period_ns / 2);
}

}  // namespace

Sampler::Sampler(Clock clock, const WatchOptions& options) : clock_(std::move(clock)), options_(options) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // the thread inherits it
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_setname_np(thread_.native_handle(), "heapreel-watch");
}

Sampler::~Sampler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

base::Result<Sampler::Handle> Sampler::add(pid_t pid, std::shared_ptr<MallocMap> map, uint64_t origin) {
  auto files = ProcessFiles::open(pid);
  if (!files) return base::fail(std::move(files).error());
  auto process = std::make_shared<WatchedProcess>(std::move(*files), std::move(map), options_, origin);
  process->look_at_cpu();
  process->look_at_memory(clock_());
  const std::lock_guard lock(mutex_);
  watched_.emplace(++handle_last_, std::move(process));
  wake_.notify_all();
  return handle_last_;
}

void Sampler::note(Handle handle, const reel::ResidencyNote& note) {
  if (const Watched process = find(handle)) process->note(note);
}

Taken Sampler::take(Handle handle) {
  const Watched process = find(handle);
  return process == nullptr ? Taken{} : process->take();
}

MemoryTotals Sampler::totals(Handle handle) const {
  const Watched process = find(handle);
  return process == nullptr ? MemoryTotals{} : process->totals();
}

void Sampler::remove(Handle handle) {
  const std::lock_guard lock(mutex_);
  watched_.erase(handle);
}

Sampler::Watched Sampler::find(Handle handle) const {
  const std::lock_guard lock(mutex_);
  const auto found = watched_.find(handle);
  return found == watched_.end() ? nullptr : found->second;
}

std::vector<Sampler::Watched> Sampler::watched() const {
  std::vector<Watched> processes;
  const std::lock_guard lock(mutex_);
  for (const auto& [handle, process] : watched_)
    if (!process->ended()) processes.push_back(process);
  return processes;
}

// The quick looks, if they are due.
void Sampler::look_at_all() {
  const uint64_t now_ns = monotonic_ns();
  if (now_ns < memory_next_ns_) return;
  memory_next_ns_ = next_beat(memory_next_ns_, now_ns, options_.memory_period_ns);
  const bool cpu_due = now_ns >= cpu_next_ns_;
  if (cpu_due) cpu_next_ns_ = next_beat(cpu_next_ns_, now_ns, options_.cpu_period_ns);
  for (const Watched& process : watched()) {
    if (cpu_due) process->look_at_cpu();
    process->look_at_memory(clock_());
  }
}

void Sampler::run() {
  const BetweenReads between = [this] { look_at_all(); };
  for (;;) {
    look_at_all();
    const std::vector<Watched> processes = watched();
    for (const Watched& process : processes) {
      process->look_closely(monotonic_ns(), clock_, between, processes.size());
      look_at_all();
    }
    const auto due = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(memory_next_ns_));
    std::unique_lock lock(mutex_);
    if (watched_.empty()) wake_.wait(lock, [this] { return stopping_ || !watched_.empty(); });
    if (!stopping_) wake_.wait_until(lock, due, [this] { return stopping_; });
    if (stopping_) return;
  }
}

}  // namespace heapreel::observe
