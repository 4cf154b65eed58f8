// Marks and large blocks follow what is reported, in whatever order the threads' reports come.
#include "recorder/observe/malloc_map.h"

#include <gtest/gtest.h>
#include <thread>

namespace heapreel::observe {
namespace {

constexpr uint64_t kPlace = 0x7f12'3450'0000;
constexpr uint64_t kLarge = 100'000;

std::vector<Extent> marks(const MallocMap& map, uint64_t start = 0, uint64_t end = uint64_t{1} << 48) {
  std::vector<Extent> extents;
  map.marked_extents(start, end, extents);
  return extents;
}

TEST(MallocMap, ASmallBlockMarksItsGranuleForGood) {
  MallocMap map;
  EXPECT_TRUE(marks(map).empty());
  map.born(kPlace + 100, 24, 1);
  map.gone(kPlace + 100, 2);
  ASSERT_EQ(marks(map).size(), 1U);
  EXPECT_EQ(marks(map)[0].start, kPlace);
  EXPECT_EQ(marks(map)[0].end, kPlace + kGranuleBytes);
  EXPECT_TRUE(map.large_blocks().empty());
}

TEST(MallocMap, NeighboursAreOneExtent) {
  MallocMap map;
  for (const uint64_t granule : {0, 1, 2, 5, 63, 64, 65}) map.born(kPlace + granule * kGranuleBytes, 8, 1);
  const auto extents = marks(map);
  ASSERT_EQ(extents.size(), 3U);
  EXPECT_EQ(extents[0].end, kPlace + 3 * kGranuleBytes);
  EXPECT_EQ(extents[2].start, kPlace + 63 * kGranuleBytes);
  EXPECT_EQ(extents[2].end, kPlace + 66 * kGranuleBytes);
}

TEST(MallocMap, ExtentsAreCutToWhatIsAsked) {
  MallocMap map;
  map.born(kPlace, 8, 1);
  const auto extents = marks(map, kPlace + 4096, kPlace + 8192);
  ASSERT_EQ(extents.size(), 1U);
  EXPECT_EQ(extents[0].start, kPlace + 4096);
  EXPECT_EQ(extents[0].end, kPlace + 8192);
  EXPECT_TRUE(marks(map, 0, kPlace).empty());
  EXPECT_TRUE(marks(map, kPlace + kGranuleBytes, ~uint64_t{0}).empty());
}

TEST(MallocMap, ABlockAcrossGranulesMarksBoth) {
  MallocMap map;
  map.born(kPlace + kGranuleBytes - 16, 5000, 1);
  EXPECT_EQ(marks(map)[0].end, kPlace + 2 * kGranuleBytes);
}

TEST(MallocMap, LargeBlocksLiveAndDie) {
  MallocMap map;
  map.born(kPlace, kLarge, 5);
  map.born(kPlace - 0x100000, kLarge, 6);
  ASSERT_EQ(map.large_blocks().size(), 2U);
  EXPECT_EQ(map.large_blocks()[0].address, kPlace - 0x100000) << "by address";
  const uint64_t changes = map.large_changes();
  map.gone(kPlace, 7);
  EXPECT_NE(map.large_changes(), changes);
  EXPECT_EQ(map.large_blocks().size(), 1U);
}

TEST(MallocMap, WhatGlibcMapsAloneIsForgottenWithItsBlock) {
  MallocMap map;
  map.born(kPlace + 16, kLarge, 1);
  map.gone(kPlace + 16, 2);
  EXPECT_TRUE(marks(map).empty()) << "free() has unmapped it";
  map.born(kPlace + 64, kLarge, 3);
  map.gone(kPlace + 64, 4);
  ASSERT_EQ(marks(map).size(), 1U) << "the allocator kept it";
  EXPECT_EQ(marks(map)[0].end, kPlace + 2 * kGranuleBytes);
}

TEST(MallocMap, TimesDecideBetweenThreads) {
  MallocMap map;
  map.born(kPlace, kLarge, 1);
  map.born(kPlace, 2 * kLarge, 9);  // the death at 5 is still to come, from another thread
  map.gone(kPlace, 5);
  ASSERT_EQ(map.large_blocks().size(), 1U);
  EXPECT_EQ(map.large_blocks()[0].bytes, 2 * kLarge);
  map.born(kPlace, 3 * kLarge, 4);  // an older birth that comes late
  EXPECT_EQ(map.large_blocks()[0].bytes, 2 * kLarge);
  map.gone(kPlace, 10);
  EXPECT_TRUE(map.large_blocks().empty());
}

TEST(MallocMap, AReallocInPlaceKeepsTheBlock) {
  MallocMap map;
  map.born(kPlace, kLarge, 1);
  const uint64_t serial = map.large_blocks()[0].serial;
  map.was_realloced(kPlace, kPlace, 2 * kLarge, 2);
  ASSERT_EQ(map.large_blocks().size(), 1U);
  EXPECT_EQ(map.large_blocks()[0].serial, serial);
  EXPECT_EQ(map.large_blocks()[0].bytes, 2 * kLarge);
  map.was_realloced(kPlace, kPlace + 0x1000000, 3 * kLarge, 3);
  ASSERT_EQ(map.large_blocks().size(), 1U);
  EXPECT_NE(map.large_blocks()[0].serial, serial);
  map.was_realloced(kPlace + 0x1000000, kPlace + 0x1000000, 100, 4);
  EXPECT_TRUE(map.large_blocks().empty()) << "it is small now";
}

TEST(MallocMap, WhatIsUnmappedCanBeForgotten) {
  MallocMap map;
  map.born(kPlace, 8, 1);
  map.forget_granule(kPlace);
  EXPECT_TRUE(marks(map).empty());
  map.forget_granule(0x10000);  // nothing was ever there
  map.born(kPlace, kLarge, 2);
  const LargeBlock block = map.large_blocks()[0];
  map.forget_block(block.address, block.serial + 1);  // another life
  map.forget_block(block.address, block.serial);
  map.born(kPlace + 0x1000000, kLarge, 3);
  ASSERT_EQ(map.large_blocks().size(), 1U);
  EXPECT_EQ(map.large_blocks()[0].address, kPlace + 0x1000000);
}

TEST(MallocMap, ATerabyteIsMarkedAtOnce) {
  MallocMap map;
  map.born(kPlace, uint64_t{1} << 40, 1);
  map.gone(kPlace, 2);
  const auto extents = marks(map);
  ASSERT_EQ(extents.size(), 1U);
  EXPECT_EQ(extents[0].end - extents[0].start, uint64_t{1} << 40);
}

TEST(MallocMap, ManyBlocksInTheFilter) {
  MallocMap map;
  constexpr uint64_t kBlocks = 100'000;  // far more than the filter has places
  for (uint64_t i = 1; i <= kBlocks; ++i) map.born(i * kLargeBytes * 2, kLargeBytes, i);
  EXPECT_EQ(map.large_blocks().size(), kBlocks);
  for (uint64_t i = 1; i <= kBlocks; ++i) map.gone(i * kLargeBytes * 2, kBlocks + i);
  EXPECT_TRUE(map.large_blocks().empty());
  EXPECT_EQ(map.large_refused(), 0U);
}

// For the thread sanitizer: one thread reports, another reads and forgets.
TEST(MallocMap, IsReadWhileItChanges) {
  MallocMap map;
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop) {
      for (const LargeBlock& block : map.large_blocks()) map.forget_block(block.address, block.serial);
      for (const Extent& extent : marks(map)) map.forget_granule(extent.start);
    }
  });
  for (uint64_t i = 1; i <= 20'000; ++i) {
    map.born(i << 20, 100, i);
    map.born((i << 20) + 4096, kLarge, i);
    if (i % 2 == 0) map.gone((i << 20) + 4096, i + 1);
  }
  stop = true;
  reader.join();
  map.born(kPlace, kLarge, 1);
  EXPECT_GE(map.large_blocks().size(), 1U);
}

}  // namespace
}  // namespace heapreel::observe
