// What wakes the collector from its sleep besides full chunks: processes that end, sockets that have something to say.
//
// The collector sleeps on a word of the pool (a writer can wake it there without a descriptor); a thread of its own
// waits in poll and wakes it by the same word.
#pragma once

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "trace_format/base/file.h"

namespace heapreel::collector {

class Attention {
 public:
  explicit Attention(std::atomic<uint32_t>& asleep);
  ~Attention();
  Attention(const Attention&) = delete;
  Attention& operator=(const Attention&) = delete;

  void watch(int fd);
  void unwatch(int fd);
  // Whether something is ready to be looked at; cheap.
  bool wanted() const { return wanted_.load(std::memory_order_acquire); }
  // The descriptors that are ready now. Call done() when they have been looked at: the watching goes on.
  std::vector<int> take();
  void done();

 private:
  void run();

  std::atomic<uint32_t>& asleep_;
  base::Fd epoll_;
  base::Fd stop_;
  std::atomic<bool> wanted_{false};
  std::atomic<uint32_t> taken_{0};  // futex of the watching thread
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// Sleeps while *word == value, at most `timeout_ns`; and wakes one who does. Between processes, too.
void sleep_on(std::atomic<uint32_t>& word, uint32_t value, uint64_t timeout_ns);
void wake(std::atomic<uint32_t>& word, int sleepers);

}  // namespace heapreel::collector
