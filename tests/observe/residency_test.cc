// Touched pages of blocks in a child that touches so many of them.
#include "recorder/observe/residency.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/observe/child.h"

namespace heapreel::observe::tests {
namespace {

// The child, its map as a collector would keep it, and a clock that counts.
struct Probe {
  Child child;
  ProcessFiles files = std::move(*ProcessFiles::open(child.pid()));
  MallocMap map;
  ResidencyProbe probe;
  uint64_t time = 0;
  uint64_t now_ns = 1'000'000'000;

  std::vector<reel::ResidencyNote> pass() {
    std::vector<reel::ResidencyNote> notes;
    probe.pass(
        files, map, now_ns, [this] { return ++time; }, [] {}, notes);
    now_ns += 10'000'000;
    return notes;
  }
  uint64_t block(uint64_t bytes) {
    const uint64_t address = child.number(fmt::format("malloc {}", bytes));
    map.born(address, bytes, ++time);
    return address;
  }
  void touch(uint64_t address, uint64_t bytes) { child.ask(fmt::format("touch {} {}", address, bytes)); }
};

TEST(Residency, OfAHalfTouchedBlock) {
  Probe p;
  const uint64_t block = p.block(10 * kMib);
  const auto first = p.pass();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_LE(first[0].touched_pages, 1U) << "the page with malloc's header";
  p.touch(block, 5 * kMib);
  const auto half = p.pass();
  ASSERT_EQ(half.size(), 1U);
  EXPECT_EQ(half[0].block, block);
  EXPECT_EQ(half[0].occasion, reel::Occasion::kByTime);
  EXPECT_EQ(half[0].touched_pages, 5 * kMib / 4096 + 1);
  EXPECT_TRUE(p.pass().empty()) << "nothing changed";
}

TEST(Residency, ABlockMayBeTouchedFromAnywhere) {
  Probe p;
  const uint64_t block = p.block(kMib);
  const uint64_t page = (block / 4096 + 1) * 4096;
  p.touch(page + 100 * 4096, 50 * 4096);
  EXPECT_EQ(p.pass().at(0).touched_pages, 51U) << "and the page with malloc's header";
  p.touch(page, 10 * 4096);
  EXPECT_EQ(p.pass().at(0).touched_pages, 61U);
  p.touch(page + 10 * 4096, 100 * 4096);
  EXPECT_EQ(p.pass().at(0).touched_pages, 151U);
  p.touch(page + 200 * 4096, 4096);
  EXPECT_EQ(p.pass().at(0).touched_pages, 152U);
}

TEST(Residency, AFullBlockIsSeldomLookedAtAgain) {
  Probe p;
  const uint64_t bytes = 4 * kMib - 16;  // to the last byte of the pages it lies in
  const uint64_t block = p.block(bytes);
  p.touch(block, bytes);
  ASSERT_EQ(p.pass().size(), 1U);
  p.child.ask(fmt::format("unmap {} {}", (block / 4096 + 1) * 4096, 8192));
  EXPECT_TRUE(p.pass().empty()) << "10 ms later nobody looks";
  p.now_ns += 100'000'000;
  const auto later = p.pass();
  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0].touched_pages, 4 * kMib / 4096 - 2);
}

TEST(Residency, EveryBlockHasItsOwn) {
  Probe p;
  std::vector<uint64_t> blocks;
  for (uint64_t i = 1; i <= 8; ++i) blocks.push_back(p.block(kMib));
  for (uint64_t i = 0; i < 8; ++i) p.touch(blocks[i], i * 4096 + 1);
  const auto notes = p.pass();
  ASSERT_EQ(notes.size(), 8U);
  for (const auto& note : notes) {
    const auto i = static_cast<uint64_t>(std::ranges::find(blocks, note.block) - blocks.begin());
    EXPECT_EQ(note.touched_pages, i + 1) << i;
  }
}

TEST(Residency, ABlockThatDiesIsLeftAloneAndItsNextLifeIsNew) {
  Probe p;
  const std::string map_one = fmt::format("map {}", kMib);  // not malloc: the next one must be at the same place
  const uint64_t block = p.child.number(map_one);
  p.map.born(block, kMib, ++p.time);
  p.touch(block, kMib);
  ASSERT_EQ(p.pass().size(), 1U);
  p.child.ask(fmt::format("unmap {} {}", block, kMib));
  p.map.gone(block, ++p.time);
  EXPECT_TRUE(p.pass().empty());
  ASSERT_EQ(p.child.number(map_one), block) << "the kernel fills the hole";
  p.map.born(block, kMib, ++p.time);
  EXPECT_TRUE(p.pass().empty()) << "nothing of it is touched, nothing is known of its life before";
  p.touch(block, 4096);
  const auto notes = p.pass();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].touched_pages, 1U);
}

TEST(Residency, ALifeBetweenTwoPassesIsNotMistakenForTheOneBefore) {
  Probe p;
  const std::string map_one = fmt::format("map {}", kMib);
  const uint64_t block = p.child.number(map_one);
  p.map.born(block, kMib, ++p.time);
  p.touch(block, kMib);
  ASSERT_EQ(p.pass().size(), 1U);
  p.child.ask(fmt::format("unmap {} {}", block, kMib));
  p.map.gone(block, ++p.time);
  ASSERT_EQ(p.child.number(map_one), block);
  p.map.born(block, kMib, ++p.time);
  p.touch(block, 3 * 4096);
  const auto notes = p.pass();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].touched_pages, 3U);
}

TEST(Residency, OfAProcessThatHasGoneIsNothing) {
  Probe p;
  const uint64_t block = p.block(kMib);
  p.touch(block, kMib);
  EXPECT_EQ(p.pass().size(), 1U);
  p.child.kill_it();
  p.child.reap();
  p.now_ns += 1'000'000'000;
  EXPECT_TRUE(p.pass().empty()) << "an exit is not a change of pages";
}

}  // namespace
}  // namespace heapreel::observe::tests
