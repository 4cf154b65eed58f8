// The estimate of live bytes against the truth: many and few blocks, events of threads out of order, a fork.
#include "recorder/collector/live_estimate.h"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <vector>

namespace heapreel::collector {
namespace {

struct Call {
  uint64_t address = 0;
  uint64_t bytes = 0;  // 0: a free
  uint64_t time = 0;
};

// A heap of 16-byte steps that keeps about `blocks` alive, and what it did.
struct Heap {
  explicit Heap(size_t blocks) {
    for (uint64_t time = 1; time <= 8 * blocks; ++time) {
      const uint64_t address = 0x5555'0000'0000 + 32 * random(2 * blocks);
      const uint64_t bytes = live.contains(address) ? 0 : 16 + random(500);
      calls.push_back({address, bytes, time});
      if (bytes == 0)
        live.erase(address);
      else
        live[address] = bytes;
    }
  }
  uint64_t random(uint64_t end) { return std::uniform_int_distribution<uint64_t>(0, end - 1)(engine); }
  double bytes() const {
    uint64_t sum = 0;
    for (const auto& [address, size] : live) sum += size;
    return static_cast<double>(sum);
  }

  std::mt19937_64 engine{7};  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same blocks each time
  std::map<uint64_t, uint64_t> live{};
  std::vector<Call> calls{};
};

void tell(LiveEstimate& estimate, const Call& call) {
  if (call.bytes == 0)
    estimate.gone(call.address, call.time);
  else
    estimate.born(call.address, call.bytes, call.time);
}

TEST(LiveEstimate, IsNearTheTruthForFewAndForManyBlocks) {
  for (const auto& [blocks, tolerance] : std::map<size_t, double>{{2'000, 0.25}, {30'000, 0.08}, {200'000, 0.08}}) {
    const Heap heap(blocks);
    LiveEstimate estimate;
    for (const Call& call : heap.calls) tell(estimate, call);
    EXPECT_NEAR(static_cast<double>(estimate.bytes()) / heap.bytes(), 1.0, tolerance) << blocks;
  }
}

// Two threads, each read 4,096 calls at a time: what came second in the program is read first.
TEST(LiveEstimate, TheLatestByTimeCountsInWhateverOrderThreadsAreRead) {
  Heap heap(20'000);
  const double bytes = heap.bytes();
  LiveEstimate estimate;
  const auto read_backwards = [&] {
    for (size_t half = 0; half + 8192 <= heap.calls.size(); half += 8192)
      for (size_t i = 0; i < 8192; ++i) tell(estimate, heap.calls[half + ((i + 4096) % 8192)]);
  };
  read_backwards();
  EXPECT_NEAR(static_cast<double>(estimate.bytes()) / bytes, 1.0, 0.1);
  for (const auto& [address, size] : heap.live) heap.calls.push_back({address, 0, heap.calls.size() + 1});
  heap.calls.resize(heap.calls.size() / 8192 * 8192 + 8192, {.address = 16, .bytes = 0, .time = 1});
  estimate = {};
  read_backwards();
  EXPECT_EQ(estimate.bytes(), 0);
}

TEST(LiveEstimate, IsZeroWhenAllIsFree) {
  const Heap heap(100'000);
  LiveEstimate estimate;
  for (const Call& call : heap.calls) tell(estimate, call);
  EXPECT_GT(estimate.bytes(), 0);
  for (const auto& [address, bytes] : heap.live) estimate.gone(address, heap.calls.size() + 1);
  EXPECT_EQ(estimate.bytes(), 0);
}

TEST(LiveEstimate, LeavesLargeBlocksToOthers) {
  LiveEstimate estimate;
  for (uint64_t block = 1; block <= 1000; ++block) estimate.born(block << 20, observe::kLargeBytes, block);
  EXPECT_EQ(estimate.bytes(), 0);
}

TEST(LiveEstimate, AForkedChildBeginsWithItsParentsBlocks) {
  const Heap heap(100'000);
  LiveEstimate parent;
  for (const Call& call : heap.calls) tell(parent, call);
  LiveEstimate child;
  child.inherit(parent);
  EXPECT_EQ(child.bytes(), parent.bytes());
  for (const auto& [address, bytes] : heap.live) child.gone(address, 1);  // in its own time
  EXPECT_EQ(child.bytes(), 0);
  EXPECT_GT(parent.bytes(), 0);
}

}  // namespace
}  // namespace heapreel::collector
