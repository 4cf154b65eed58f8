// The watching thread.
#include "recorder/collector/attention.h"

#include <array>
#include <ctime>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace heapreel::collector {

void sleep_on(std::atomic<uint32_t>& word, uint32_t value, uint64_t timeout_ns) {
  const timespec timeout{static_cast<time_t>(timeout_ns / 1'000'000'000),
                         static_cast<long>(timeout_ns % 1'000'000'000)};
  syscall(SYS_futex, &word, FUTEX_WAIT, value, &timeout, nullptr, 0);
}

void wake(std::atomic<uint32_t>& word, int sleepers) {
  syscall(SYS_futex, &word, FUTEX_WAKE, sleepers, nullptr, nullptr, 0);
}

Attention::Attention(std::atomic<uint32_t>& asleep)
    : asleep_(asleep), epoll_(epoll_create1(EPOLL_CLOEXEC)), stop_(eventfd(0, EFD_CLOEXEC)) {
  watch(stop_.get());
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "heapreel-attend");
}

Attention::~Attention() {
  stopping_ = true;
  taken_.fetch_add(1);
  wake(taken_, 1);
  const uint64_t one = 1;
  (void)!write(stop_.get(), &one, sizeof one);
  thread_.join();
}

void Attention::watch(int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  (void)epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

void Attention::unwatch(int fd) { (void)epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

std::vector<int> Attention::take() {
  std::array<epoll_event, 64> ready;
  const int count = epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), 0);
  std::vector<int> fds;
  for (int i = 0; i < count; ++i) fds.push_back(ready[static_cast<size_t>(i)].data.fd);
  return fds;
}

void Attention::done() {
  wanted_.store(false, std::memory_order_relaxed);
  taken_.fetch_add(1);
  wake(taken_, 1);
}

// Looks again only when the collector has taken what was there: the descriptors stay ready until then.
void Attention::run() {
  while (!stopping_) {
    epoll_event ready{};
    const uint32_t taken = taken_.load();
    if (epoll_wait(epoll_.get(), &ready, 1, -1) < 1) continue;
    if (stopping_) return;
    wanted_.store(true, std::memory_order_release);
    asleep_.store(0);
    wake(asleep_, 1);
    sleep_on(taken_, taken, 1'000'000'000);
  }
}

}  // namespace heapreel::collector
