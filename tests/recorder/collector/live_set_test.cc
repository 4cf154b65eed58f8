// The live set: contradictions of two threads' stamps, the limit, and the cursor over a reel that is still written.
#include <gtest/gtest.h>
#include <map>
#include <random>

#include "recorder/collector/live_cursor.h"
#include "tests/trace_format/events.h"
#include "tests/trace_format/temporary.h"
#include "trace_format/store/capture_writer.h"

namespace heapreel::collector {
namespace {

using reel::Event;
using reel::Op;
using tests::free_of;
using tests::malloc_of;
using tests::realloc_of;

constexpr uint64_t kHz = 1'000'000'000;
constexpr uint64_t kX = 0x1000;
constexpr uint64_t kY = 0x2000;
constexpr uint64_t kFar = 50'000;  // beyond what stamps of two processors can differ by

using Sizes = std::map<uint64_t, uint64_t>;  // address -> size

Sizes sizes_of(const LiveSet& live) {
  Sizes sizes;
  live.for_each([&](uint64_t address, const LiveBlock& block) { sizes[address] = block.size; });
  return sizes;
}

Sizes after(const std::vector<Event>& events) {
  LiveSet live(kHz);
  for (const Event& event : events) {
    live.release_old(event);
    live.apply(event);
  }
  return sizes_of(live);
}

TEST(LiveSet, BirthsDeathsAndReallocs) {
  EXPECT_EQ(after({malloc_of(1, 0, 10, kX), malloc_of(2, 0, 20, kY), free_of(3, 0, kX)}), (Sizes{{kY, 20}}));
  EXPECT_EQ(after({malloc_of(1, 0, 10, kX), realloc_of(2, 0, 30, kX, kY)}), (Sizes{{kY, 30}}));
  EXPECT_EQ(after({malloc_of(1, 0, 10, kX), realloc_of(2, 0, 30, kX, kX)}), (Sizes{{kX, 30}}));
  EXPECT_EQ(after({free_of(1, 0, kX)}), Sizes{});
}

TEST(LiveSet, AFailedReallocLeavesItsBlock) {
  const Event failed = tests::with(realloc_of(2, 0, 30, kX, 0), Op::kRealloc, reel::kFailed);
  EXPECT_EQ(after({malloc_of(1, 0, 10, kX), failed}), (Sizes{{kX, 10}}));
}

TEST(LiveSet, AFreeBeforeItsBirthCancelsIt) {
  EXPECT_EQ(after({free_of(100, 1, kX), malloc_of(105, 0, 10, kX)}), Sizes{});
  EXPECT_EQ(after({free_of(100, 1, kX), malloc_of(100 + kFar, 0, 10, kX)}), (Sizes{{kX, 10}}));
}

TEST(LiveSet, AThreadsOwnOrderIsBeyondDoubt) {
  EXPECT_EQ(after({free_of(100, 0, kX), malloc_of(105, 0, 10, kX)}), (Sizes{{kX, 10}}));
  EXPECT_EQ(after({malloc_of(1, 0, 10, kX), malloc_of(2, 0, 20, kX), free_of(3, 0, kX)}), Sizes{});
}

TEST(LiveSet, ABirthBeforeTheDeathOfTheBlockThere) {
  EXPECT_EQ(after({malloc_of(1, 0, 10, kX), malloc_of(100, 1, 20, kX), free_of(105, 0, kX)}), (Sizes{{kX, 20}}));
  EXPECT_EQ(after({malloc_of(1, 0, 10, kX), malloc_of(100, 1, 20, kX), free_of(100 + kFar, 0, kX)}), Sizes{});
}

TEST(LiveSet, TooManyBlocksAreNoted) {
  LiveSet live(kHz, 2);
  for (uint64_t i = 1; i <= 2; ++i) live.apply(malloc_of(i, 0, 8, i * 16));
  EXPECT_FALSE(live.overflowed());
  live.apply(malloc_of(3, 0, 8, 48));
  EXPECT_TRUE(live.overflowed());
}

// A history of three threads, each with addresses of its own and some that it frees for another.
class History {
 public:
  Event next() {
    time_ += 1 + random_() % 50;
    const auto thread = static_cast<uint32_t>(random_() % 3);
    if (random_() % 5 < 2 && !live_.empty()) {
      const auto victim = std::next(live_.begin(), static_cast<ptrdiff_t>(random_() % live_.size()));
      const uint64_t address = victim->first;
      live_.erase(victim);
      return free_of(time_, thread, address);
    }
    const uint64_t address = 16 * (1 + random_() % 100'000);
    if (live_.contains(address)) return tests::note_of(time_, thread, Op::kMark);
    live_[address] = 1 + random_() % 500;
    return malloc_of(time_, thread, live_[address], address);
  }
  uint64_t time() const { return time_; }
  const Sizes& live() const { return live_; }

 private:
  std::mt19937 random_{7};
  uint64_t time_ = 0;
  Sizes live_;
};

struct Growing {
  explicit Growing(const std::string& path)
      : writer(*reel::ReelWriter::create(path, false)), capture(writer, {.block_events = 500}) {}
  void grow(int events) {
    for (int i = 0; i < events; ++i) capture.add(history.next());
  }

  reel::ReelWriter writer;
  reel::CaptureWriter capture;
  History history;
};

TEST(LiveCursor, FollowsAReelThatIsStillWritten) {
  const tests::TemporaryFolder folder;
  Growing reel(folder.file("a.reel"));
  LiveCursor cursor(kHz);
  for (int round = 0; round < 20; ++round) {
    reel.grow(2000);
    const Sizes then = reel.history.live();
    const uint64_t time = reel.history.time();
    reel.grow(1500);  // what comes later must not be seen
    ASSERT_TRUE(reel.capture.flush());
    ASSERT_TRUE(cursor.advance(reel.writer.part_path(), time));
    ASSERT_EQ(sizes_of(cursor.live()), then) << "round " << round;
    EXPECT_NE(sizes_of(cursor.live()), reel.history.live());
  }
  ASSERT_TRUE(reel.writer.finish());
  ASSERT_TRUE(cursor.advance(folder.file("a.reel"), reel.history.time()));
  EXPECT_EQ(sizes_of(cursor.live()), reel.history.live());
}

TEST(LiveCursor, ReleasesTheOldBlockOfAReallocWhenItBegan) {
  const tests::TemporaryFolder folder;
  auto writer = *reel::ReelWriter::create(folder.file("a.reel"), false);
  reel::CaptureWriter capture(writer, {});
  for (const Event& event : {malloc_of(10, 0, 1, kX), realloc_of(200'000, 0, 9, kX, kY, 150'000)}) capture.add(event);
  capture.add(malloc_of(100'000, 1, 5, kX));
  ASSERT_TRUE(capture.flush());
  LiveCursor cursor(kHz);
  ASSERT_TRUE(cursor.advance(writer.part_path(), 90'000));
  EXPECT_EQ(sizes_of(cursor.live()), Sizes{});
  ASSERT_TRUE(cursor.advance(writer.part_path(), 200'000));
  EXPECT_EQ(sizes_of(cursor.live()), (Sizes{{kX, 5}, {kY, 9}}));
}

TEST(LiveCursor, SaysWhatItCannotRead) {
  const tests::TemporaryFolder folder;
  LiveCursor cursor(kHz);
  EXPECT_FALSE(cursor.advance(folder.file("none.reel"), 1));
}

}  // namespace
}  // namespace heapreel::collector
