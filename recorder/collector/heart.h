// The collector's heartbeat in the pool: writers that wait for space give up on a collector without one.
//
// The loop beats at every round. A round can be long (a disk that hangs, a reel that is copied, a machine with too much
// to do), and who waits must not lose events by it: a thread beats on, as long as the last round is not kPatienceNs
// ago. A collector that is killed or stopped beats no more, and one that hangs is given up in the end.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace heapreel::collector {

class Heart {
 public:
  static constexpr uint64_t kBeatEveryNs = 150'000'000;
  static constexpr uint64_t kPatienceNs = 10'000'000'000;

  explicit Heart(std::atomic<uint64_t>& heartbeat, uint64_t patience_ns = kPatienceNs)
      : heartbeat_(heartbeat), patience_ns_(patience_ns) {}
  ~Heart();
  Heart(const Heart&) = delete;
  Heart& operator=(const Heart&) = delete;

  // At every round.
  void beat() {
    rounds_.fetch_add(1, std::memory_order_relaxed);
    heartbeat_.fetch_add(1, std::memory_order_relaxed);
  }
  // From now on the thread beats, too: when there are writers who could wait.
  void begin();

 private:
  void run();

  std::atomic<uint64_t>& heartbeat_;
  uint64_t patience_ns_;
  std::atomic<uint64_t> rounds_{0};
  std::mutex mutex_;
  std::condition_variable stop_wanted_;
  bool stopping_ = false;  // under mutex_
  std::thread thread_;
};

}  // namespace heapreel::collector
