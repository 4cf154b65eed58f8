// Texts of smaps with known content, and what of them is malloc's.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "recorder/observe/smaps_walk.h"

namespace heapreel::observe {
namespace {

constexpr uint64_t kKib = 1024;

std::string vma_text(uint64_t start, uint64_t end, uint64_t anon_kib, const std::string& name = "") {
  return fmt::format(
      "{:x}-{:x} rw-p 00000000 00:00 0                          {}\n"
      "Size:                {} kB\nRss:                 {} kB\nAnonymous:           {} kB\nKSM:                   0 "
      "kB\n"
      "LazyFree:              4 kB\nAnonHugePages:      2048 kB\nSwap:                 12 kB\nSwapPss:               7 "
      "kB\n"
      "THPeligible:           0\nVmFlags: rd wr mr mw me ac \n",
      start, end, name, (end - start) / kKib, anon_kib, anon_kib);
}

std::vector<Vma> parse(std::string_view text, size_t piece_bytes) {
  std::vector<Vma> vmas;
  SmapsParser parser([&](const Vma& vma) { vmas.push_back(vma); });
  for (size_t at = 0; at < text.size(); at += piece_bytes) parser.feed(text.substr(at, piece_bytes));
  parser.finish();
  return vmas;
}

TEST(SmapsParser, ReadsInPiecesOfAnySize) {
  const std::string text =
      vma_text(0x400000, 0x500000, 64, "/usr/bin/a b") + vma_text(0x7f0000000000, 0x7f0000021000, 132);
  for (const size_t piece : {1, 2, 3, 7, 100, 1000, 100000}) {
    const auto vmas = parse(text, static_cast<size_t>(piece));
    ASSERT_EQ(vmas.size(), 2U) << piece;
    EXPECT_EQ(vmas[0].start, 0x400000U);
    EXPECT_EQ(vmas[0].end, 0x500000U);
    EXPECT_EQ(vmas[0].name, "/usr/bin/a b");
    EXPECT_EQ(vmas[0].anon_bytes, 64 * kKib);
    EXPECT_EQ(vmas[0].anon_huge_bytes, 2048 * kKib);
    EXPECT_EQ(vmas[0].lazy_free_bytes, 4 * kKib);
    EXPECT_EQ(vmas[0].swap_bytes, 12 * kKib) << "not SwapPss";
    EXPECT_EQ(vmas[1].anon_bytes, 132 * kKib);
    EXPECT_TRUE(vmas[1].name.empty());
  }
}

TEST(SmapsParser, PassesOverWhatIsNoMapping) {
  EXPECT_TRUE(parse("", 10).empty());
  EXPECT_TRUE(parse("Anonymous: 12 kB\n", 10).empty()) << "of no mapping";
  EXPECT_TRUE(parse("2000-1000 rw-p 0 0 0\n2000- 3000\n-3000\nxyz\n\n\n", 10).empty());
  EXPECT_TRUE(parse("ffffffffffffffff0-1 r\n", 10).empty());
  const auto vmas =
      parse("1000-2000 rw-p 0 00:00 0\nAnonymous: 99999999999999999999 kB\nSwap: 18446744073709551615 kB", 10);
  ASSERT_EQ(vmas.size(), 1U);
  EXPECT_EQ(vmas[0].anon_bytes, 0U);
  EXPECT_EQ(vmas[0].swap_bytes, ~uint64_t{0});
}

TEST(SmapsParser, AnEndlessLineIsCut) {
  const std::string text = "1000-2000 rw-p 0 00:00 0 /" + std::string(1 << 20, 'x') + "\nAnonymous: 4 kB\n";
  const auto vmas = parse(text, 4096);
  ASSERT_EQ(vmas.size(), 1U);
  EXPECT_LE(vmas[0].name.size(), size_t{32} << 10);
  EXPECT_EQ(vmas[0].anon_bytes, 4 * kKib);
}

// One walk over a text; what is not malloc's in a mixed mapping is taken to be wholly resident.
WalkReading walk(SmapsWalk& walk, const std::string& text) {
  walk.begin();
  for (const Vma& vma : parse(text, 4096)) walk.visit(vma, [](Extent extent) { return extent.end - extent.start; });
  return walk.end();
}

constexpr uint64_t kPlace = 0x7f00'0000'0000;
constexpr uint64_t kMib = 1024 * kKib;

TEST(SmapsWalk, MallocIsWhereItsBlocksAre) {
  MallocMap map;
  SmapsWalk smaps(map);
  const std::string heap = vma_text(kPlace, kPlace + kMib, 1024, "[heap]");
  const std::string stack = vma_text(kPlace + 10 * kMib, kPlace + 11 * kMib, 100, "[stack]");
  EXPECT_EQ(walk(smaps, heap + stack).non_malloc_bytes, 1124 * kKib) << "nothing is known of malloc";
  for (uint64_t at = 0; at < kMib; at += kGranuleBytes) map.born(kPlace + at + 100, 24, 1);
  const WalkReading reading = walk(smaps, heap + stack);
  EXPECT_EQ(reading.non_malloc_bytes, 100 * kKib);
  EXPECT_EQ(reading.anon_bytes, 1124 * kKib);
  EXPECT_EQ(reading.anon_huge_bytes, 2 * 2048 * kKib);
  EXPECT_EQ(reading.mappings, 2U);
}

TEST(SmapsWalk, AMixedMappingIsCounted) {
  MallocMap map;
  SmapsWalk smaps(map);
  // malloc's 3 MiB block, by the kernel joined with 5 MiB of the program's above it
  map.born(kPlace + 16, 3 * kMib - 16, 1);
  EXPECT_EQ(walk(smaps, vma_text(kPlace, kPlace + 8 * kMib, 8192)).non_malloc_bytes, 5 * kMib);
  EXPECT_EQ(walk(smaps, vma_text(kPlace, kPlace + 8 * kMib, 1024)).non_malloc_bytes, kMib)
      << "never more than there is";
}

TEST(SmapsWalk, SmallGapsAreSlack) {
  MallocMap map;
  SmapsWalk smaps(map);
  map.born(kPlace + 16, kMib - 16, 1);
  map.born(kPlace + kMib + 128 * kKib, kMib, 1);
  map.born(kPlace + 4 * kMib, kMib, 1);
  const uint64_t gap = 4 * kMib - (2 * kMib + 128 * kKib);
  EXPECT_EQ(walk(smaps, vma_text(kPlace, kPlace + 5 * kMib, 5120)).non_malloc_bytes, gap);
}

TEST(SmapsWalk, OurOwnMappingsAreInNoFigure) {
  MallocMap map;
  SmapsWalk smaps(map);
  const WalkReading reading = walk(smaps, vma_text(kPlace, kPlace + kMib, 512, "/memfd:heapreel-pool (deleted)") +
                                              vma_text(kPlace + kMib, kPlace + 2 * kMib, 8, "/memfd:other (deleted)"));
  EXPECT_EQ(reading.anon_bytes, 8 * kKib);
  EXPECT_EQ(reading.non_malloc_bytes, 8 * kKib);
  EXPECT_EQ(reading.swap_bytes, 12 * kKib);
}

TEST(SmapsWalk, WhatIsFoundUnmappedTwiceIsForgotten) {
  MallocMap map;
  SmapsWalk smaps(map);
  map.born(kPlace + 10 * kMib, 24, 1);
  map.born(kPlace + 20 * kMib, kMib, 1);
  const std::string elsewhere =
      vma_text(kPlace, kPlace + kMib, 4) + vma_text(kPlace + 30 * kMib, kPlace + 31 * kMib, 4);
  const std::string with_both = elsewhere.substr(0, elsewhere.size() / 2) +
                                vma_text(kPlace + 10 * kMib, kPlace + 11 * kMib, 1024) +
                                vma_text(kPlace + 20 * kMib, kPlace + 21 * kMib, 1024);
  walk(smaps, elsewhere);
  EXPECT_EQ(walk(smaps, with_both).non_malloc_bytes, 4 * kKib + kMib - kGranuleBytes) << "once is not enough";
  walk(smaps, elsewhere);
  walk(smaps, elsewhere);
  map.born(kPlace + 40 * kMib, kMib, 2);  // the collector's thread removes what was found
  ASSERT_EQ(map.large_blocks().size(), 1U);
  EXPECT_EQ(walk(smaps, with_both).non_malloc_bytes, 4 * kKib + 2 * kMib) << "the program maps it now";
}

TEST(SmapsWalk, OfOurselves) {
  MallocMap map;
  SmapsWalk smaps(map);
  const auto files = ProcessFiles::open(getpid());
  ASSERT_TRUE(files);
  const auto reading = smaps.walk(*files, [] {});
  ASSERT_TRUE(reading);
  EXPECT_GT(reading->mappings, 10U);
  EXPECT_EQ(reading->non_malloc_bytes, reading->anon_bytes);
}

}  // namespace
}  // namespace heapreel::observe
