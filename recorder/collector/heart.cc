// The beating thread.
#include "recorder/collector/heart.h"

#include <chrono>
#include <pthread.h>

namespace heapreel::collector {

Heart::~Heart() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_wanted_.notify_one();
  thread_.join();
}

void Heart::begin() {
  if (thread_.joinable()) return;
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "heapreel-heart");
}

void Heart::run() {
  std::unique_lock lock(mutex_);
  uint64_t known = 0;
  uint64_t quiet_ns = 0;
  const auto pause = std::chrono::nanoseconds(kBeatEveryNs);
  while (!stop_wanted_.wait_for(lock, pause, [this] { return stopping_; })) {
    const uint64_t rounds = rounds_.load(std::memory_order_relaxed);
    quiet_ns = rounds == known ? quiet_ns + kBeatEveryNs : 0;
    known = rounds;
    if (quiet_ns <= patience_ns_) heartbeat_.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace heapreel::collector
