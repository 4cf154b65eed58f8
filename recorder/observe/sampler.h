// Watches processes from a thread of its own, "heapreel-watch", in the collector's process.
//
// RssAnon every 4 ms, always: a costly look (smaps, pagemap) is interrupted for it between its reads. Processor time,
// faults and the other sizes every 20 ms; mappings and blocks by their own paces. Stamps come from the owner's clock.
// A process that has ended keeps its last readings until it is removed. All functions are for any thread, and never
// wait for a look; all signals are blocked in the thread.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "recorder/observe/watched_process.h"

namespace heapreel::observe {

class Sampler {
 public:
  using Clock = ResidencyProbe::Clock;
  using Handle = uint64_t;

  explicit Sampler(Clock clock, const WatchOptions& options = {});
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;
  // Ends the thread.
  ~Sampler();

  // Watches a process from now on; the first reading is made before this returns. Call it again, with a new map, when
  // the process has executed another image. Its times count from `origin`, by the clock. Fails if there is no such
  // process.
  base::Result<Handle> add(pid_t pid, std::shared_ptr<MallocMap> map, uint64_t origin = 0);
  // What the shim counted when a block was freed, moved, or at the exit. Unknown handles are ignored, here and below.
  void note(Handle handle, const reel::ResidencyNote& note);
  // Hands out what was collected since the last time, and clears it.
  Taken take(Handle handle);
  MemoryTotals totals(Handle handle) const;
  void remove(Handle handle);

 private:
  using Watched = std::shared_ptr<WatchedProcess>;

  void run();
  void look_at_all();
  std::vector<Watched> watched() const;
  Watched find(Handle handle) const;

  Clock clock_;
  WatchOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<Handle, Watched> watched_;
  Handle handle_last_ = 0;
  bool stopping_ = false;
  // The thread's own.
  uint64_t memory_next_ns_ = 0;
  uint64_t cpu_next_ns_ = 0;
  std::thread thread_;
};

}  // namespace heapreel::observe
