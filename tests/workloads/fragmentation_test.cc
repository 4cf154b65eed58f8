// Fragmentation: block by block what it says, as nothing in it is left to chance.
#include <gtest/gtest.h>

#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using reel::Op;

// What a program with these parameters should do: the sizes that are born, and the numbers of the objects that die.
class Expected {
 public:
  Expected(uint64_t blocks, uint64_t size, double growth, uint64_t every)
      : growth_(growth), every_(every), size_(size) {
    full_bytes_ = blocks * size;
  }

  void round(std::vector<std::pair<Op, uint64_t>>& calls) {
    if (next_ > 1) thin(calls);
    while (live_bytes_ + size_ <= full_bytes_) {
      calls.emplace_back(Op::kMalloc, size_);
      alive_.push_back({next_++, size_});
      live_bytes_ += size_;
    }
    size_ = static_cast<uint64_t>(static_cast<double>(size_) * growth_);
  }

 private:
  void thin(std::vector<std::pair<Op, uint64_t>>& calls) {
    std::vector<std::pair<uint64_t, uint64_t>> kept;
    for (size_t i = 0; i < alive_.size(); ++i) {
      if (i % every_ != every_ - 1) {
        kept.push_back(alive_[i]);
        continue;
      }
      calls.emplace_back(Op::kFree, alive_[i].first);
      live_bytes_ -= alive_[i].second;
    }
    alive_ = kept;
  }

  double growth_;
  uint64_t every_;
  uint64_t size_;
  uint64_t full_bytes_;
  uint64_t live_bytes_ = 0;
  uint64_t next_ = 1;
  std::vector<std::pair<uint64_t, uint64_t>> alive_;
};

std::vector<std::pair<Op, uint64_t>> calls_of(const workloads::GenerateRequest& request) {
  std::vector<std::pair<Op, uint64_t>> calls;
  portray(request, [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
    calls.emplace_back(event.op, event.op == Op::kFree ? event.object : event.size);
  });
  return calls;
}

std::vector<std::pair<Op, uint64_t>> expected(uint64_t blocks, uint64_t size, double growth, uint64_t every,
                                              uint64_t rounds) {
  std::vector<std::pair<Op, uint64_t>> calls;
  Expected program(blocks, size, growth, every);
  for (uint64_t i = 0; i <= rounds; ++i) program.round(calls);
  return calls;
}

TEST(FragmentationTest, FreesEveryOtherAndComesBackLarger) {
  const auto calls = expected(10'000, 64, 2.5, 2, 3);
  EXPECT_EQ(calls_of(request_of("fragmentation", 1, calls.size(), {"blocks=10k"})), calls);
  EXPECT_EQ(calls[10'000], std::pair(Op::kFree, uint64_t{2})) << "the second block goes first";
  EXPECT_EQ(calls[15'000], std::pair(Op::kMalloc, uint64_t{160}));
}

TEST(FragmentationTest, DoesAsItIsTold) {
  const auto calls = expected(5000, 100, 3, 5, 2);
  const std::vector<std::string> parameters{"blocks=5000", "size=100", "growth=3", "every=5", "rounds=2"};
  EXPECT_EQ(calls_of(request_of("fragmentation", 1, calls.size(), parameters)), calls);
  EXPECT_NE(calls_of(request_of("fragmentation", 1, calls.size(), {"blocks=5000", "size=100"})), calls)
      << "the control: what it was not told";
}

TEST(FragmentationTest, TheDefaultRunEndsAtTheLastTop) {
  auto request = request_of("fragmentation", 1, 0);
  const Portrait portrait = portray(request);
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_EQ(portrait.live_peak_objects, 1'000'000U);
  EXPECT_EQ(portrait.live_peak_bytes, 64'000'000U);
  EXPECT_EQ(portrait.live_end_bytes, 64'000'000U);
  EXPECT_EQ(portrait.live_end_objects, 247'000U);
  EXPECT_EQ(portrait.sizes.most(), 1000U);
}

TEST(FragmentationTest, AfterTheLastTopAllGoesAndItBeginsAnew) {
  const uint64_t once = expected(10'000, 64, 2.5, 2, 3).size();
  const auto calls = calls_of(request_of("fragmentation", 1, once + 2470 + 10'000, {"blocks=10k"}));
  for (uint64_t i = once; i < once + 2470; ++i) ASSERT_EQ(calls[i].first, Op::kFree) << i;
  for (uint64_t i = once + 2470; i < calls.size(); ++i) ASSERT_EQ(calls[i], std::pair(Op::kMalloc, uint64_t{64})) << i;
}

TEST(FragmentationTest, ThreadsShareTheBlocks) {
  auto request = request_of("fragmentation", 1, 23'780, {"blocks=10k"});
  request.threads = 4;
  const Portrait portrait = portray(request);
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_EQ(portrait.remote_deaths, 0U);
  EXPECT_NEAR(static_cast<double>(portrait.live_peak_bytes), 640'000, 3200);
  for (const ThreadPortrait& each : portrait.threads) EXPECT_NEAR(static_cast<double>(each.births), 3280, 40);
}

}  // namespace
}  // namespace heapreel::tests
