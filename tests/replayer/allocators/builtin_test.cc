// The built-in allocators keep what is written to their blocks, align them, and do what they are there for.
#include "replayer/allocators/builtin.h"

#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <thread>

namespace heapreel::allocators {
namespace {

struct Block {
  uint64_t size = 0;
  uint8_t fill = 0;
};

// Blocks by address, each filled with a byte of its own: an overlap or a lost byte shows.
class Ledger {
 public:
  explicit Ledger(const engine::Calls& calls) : calls_(calls) {}

  void add(void* p, uint64_t size, uint64_t align) {
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(reinterpret_cast<uint64_t>(p) % align, 0U);
    EXPECT_GE(calls_.usable_size_(p), size);
    const auto fill = static_cast<uint8_t>(++count_ | 1);
    std::memset(p, fill, size);
    blocks_[p] = {size, fill};
  }
  void expect_kept(void* p, uint64_t bytes) const {
    const Block& block = blocks_.at(p);
    const auto* const at = static_cast<uint8_t*>(p);
    for (uint64_t i = 0; i < bytes; ++i) ASSERT_EQ(at[i], block.fill) << "byte " << i << " of " << block.size;
  }
  void free_any(std::mt19937_64& random) {
    const auto found = pick(random);
    expect_kept(found->first, found->second.size);
    calls_.free_(found->first);
    blocks_.erase(found);
  }
  void resize_any(std::mt19937_64& random, uint64_t size) {
    const auto found = pick(random);
    const Block was = found->second;
    void* const p = calls_.realloc_(found->first, size);
    blocks_.erase(found);
    blocks_[p] = was;
    expect_kept(p, std::min(was.size, size));
    add(p, size, 16);
  }
  size_t live() const { return blocks_.size(); }

 private:
  std::map<void*, Block>::iterator pick(std::mt19937_64& random) {
    auto found = blocks_.begin();
    std::advance(found, static_cast<long>(random() % blocks_.size()));
    return found;
  }

  const engine::Calls& calls_;
  std::map<void*, Block> blocks_;
  uint64_t count_ = 0;
};

class Builtin : public testing::TestWithParam<const char*> {};

TEST_P(Builtin, BlocksKeepWhatIsWrittenToThem) {
  const engine::Calls calls = builtin_calls(GetParam());
  Ledger ledger(calls);
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t size = i % 500 == 0 ? 200'000 + random() % 200'000 : random() % 3000;
    const uint64_t align = uint64_t{1} << (4 + random() % 9);
    switch (random() % 6) {
      case 0:
        ledger.add(calls.malloc_(size), size, 16);
        break;
      case 1:
        ledger.add(calls.memalign_(align, size), size, align);
        break;
      case 2:
        ledger.add(calls.new_(size), size, 16);
        break;
      case 3:
        if (ledger.live() > 0) ledger.resize_any(random, size);
        break;
      default:
        if (ledger.live() > 20) ledger.free_any(random);
    }
  }
}

TEST_P(Builtin, CallocGivesZeroesAlsoWhereABlockWasBefore) {
  const engine::Calls calls = builtin_calls(GetParam());
  for (int i = 0; i < 100; ++i) {
    void* const dirty = calls.malloc_(4000);
    std::memset(dirty, 0xff, 4000);
    calls.free_(dirty);
    auto* const clean = static_cast<uint8_t*>(calls.calloc_(10, 400));
    for (int at = 0; at < 4000; ++at) ASSERT_EQ(clean[at], 0);
    calls.free_(clean);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Builtin, testing::Values("bump", "pool"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(Pool, UsesAgainWhatWasFreed) {
  const engine::Calls calls = pool_calls();
  void* const first = calls.malloc_(100);
  calls.free_(first);
  EXPECT_EQ(calls.malloc_(100), first);
}

TEST(Pool, TakesWhatAThreadThatEndedLeft) {
  const engine::Calls calls = pool_calls();
  void* left = nullptr;
  std::thread([&] {
    left = calls.malloc_(5000);
    calls.free_(left);
    calls.thread_end_(nullptr);
  }).join();
  EXPECT_EQ(calls.malloc_(5000), left);
}

TEST(Bump, NeverUsesAgain) {
  const engine::Calls calls = bump_calls();
  void* const first = calls.malloc_(100);
  calls.free_(first);
  for (int i = 0; i < 100; ++i) EXPECT_NE(calls.malloc_(100), first);
}

TEST(Null, IsOneBlockForAll) {
  const engine::Calls calls = null_calls();
  void* const block = calls.malloc_(1);
  EXPECT_NE(block, nullptr);
  EXPECT_EQ(calls.realloc_(block, 1 << 20), block);
  EXPECT_EQ(calls.new_aligned_(8, 64), block);
  calls.free_(block);
}

TEST(BuiltinCalls, KnowsNoOtherNames) { EXPECT_EQ(builtin_calls("glibc").malloc_, nullptr); }

}  // namespace
}  // namespace heapreel::allocators
