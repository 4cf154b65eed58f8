// How long a cache line takes from one CPU to the other and back: one figure in ns on standard output.
//
// A virtual machine's CPUs wander between a shared and separate L3 caches, unseen by the guest, and every recorder that
// shares memory with another process costs several times as much in the second case. So each round is labelled with
// this figure. Two threads, each bound to a CPU of its own, hand a counter to and fro; the fourth best of 41 batches is
// printed (other programs only ever add to it), and nothing if the process may use one CPU only.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <pthread.h>
#include <sched.h>
#include <thread>
#include <time.h>
#include <vector>

namespace {

constexpr uint64_t kBatches = 41;
constexpr uint64_t kTrips = 5'000;  // of a batch: some 0.5 to 2 ms

struct alignas(128) Ball {
  std::atomic<uint64_t> hits{0};  // even: the first thread's turn
};

uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

void bind_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

// A spinning partner that lost its CPU to another process must not hold the other CPU for a whole time slice.
void wait_for(const Ball& ball, uint64_t hits) {
  for (uint64_t spins = 0; ball.hits.load(std::memory_order_acquire) != hits; ++spins) {
    if (spins > 10'000) sched_yield();
  }
}

}  // namespace

int main() {
  const std::vector<int> cpus = allowed_cpus();
  if (cpus.size() < 2) return 0;
  Ball ball;
  std::thread partner([&] {
    bind_to(cpus[1]);
    for (uint64_t trip = 0; trip < kBatches * kTrips; ++trip) {
      wait_for(ball, 2 * trip + 1);
      ball.hits.store(2 * trip + 2, std::memory_order_release);
    }
  });
  bind_to(cpus[0]);
  std::array<uint64_t, kBatches> batch_ns{};
  for (uint64_t batch = 0; batch < kBatches; ++batch) {
    const uint64_t start_ns = now_ns();
    for (uint64_t trip = batch * kTrips; trip < (batch + 1) * kTrips; ++trip) {
      ball.hits.store(2 * trip + 1, std::memory_order_release);
      wait_for(ball, 2 * trip + 2);
    }
    batch_ns[batch] = now_ns() - start_ns;
  }
  partner.join();
  std::sort(batch_ns.begin(), batch_ns.end());
  printf("%.1f\n", static_cast<double>(batch_ns[3]) / static_cast<double>(kTrips));
  return 0;
}
