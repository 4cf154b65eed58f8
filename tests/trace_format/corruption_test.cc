// Damage: a reel cut at any byte opens and says what is missing; any flipped bit is noticed; blocks that are lost,
// doubled, swapped or foreign are told; and every block that is whole is still read.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/trace_format/events.h"
#include "tests/trace_format/reels.h"
#include "tests/trace_format/soundness.h"
#include "trace_format/base/hash.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

std::vector<Event> small_story() {
  std::vector<Event> events;
  for (uint64_t i = 0; i < 30; ++i) {
    const auto thread = static_cast<uint32_t>(1 + i % 2);
    events.push_back(malloc_of(100 * i, thread, 24 + i, 0x10000 + i * 0x100));
    if (i >= 3) events.push_back(free_of(100 * i + 50, thread, 0x10000 + (i - 3) * 0x100));
  }
  return events;
}

// A small reel in memory, with the block list of its sound form.
class Corruption : public testing::TestWithParam<bool> {
 protected:
  Corruption() {
    const TemporaryFolder folder;
    const std::string capture = folder.file("capture.reel");
    write_capture(capture, small_story(), {.block_events = 8});
    const std::string packed = folder.file("packed.reel");
    pack_to(capture, packed, {.level = 3, .block_events = 16});
    const std::string path = GetParam() ? packed : capture;
    bytes_ = read_bytes(path);
    blocks_ = ReelFile::open(path)->blocks();
    verdict_ = verdict_of(path);
  }

  static Verdict judge(base::Bytes bytes) {
    const MemoryFile file(bytes);
    return verdict_of(file.path());
  }
  base::Bytes block(size_t i) const {
    return base::Bytes(bytes_).subspan(blocks_[i].offset, sizeof(BlockHeader) + blocks_[i].body_bytes);
  }
  // The reel made anew of some of its blocks, with its own index and trailer.
  base::Buffer of_blocks(const std::vector<size_t>& order) const {
    base::Buffer bytes(bytes_.begin(), bytes_.begin() + sizeof(FileHeader));
    for (const size_t i : order) base::append(bytes, block(i));
    base::append(bytes, base::Bytes(bytes_).subspan(blocks_.back().end()));
    return bytes;
  }
  std::vector<size_t> all_blocks() const {
    std::vector<size_t> order(blocks_.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    return order;
  }
  // A block of events in the middle.
  size_t some_block() const {
    for (size_t i = 2; i < blocks_.size(); ++i)
      if (blocks_[i].holds_events()) return i;
    return 0;
  }
  uint64_t events_in_blocks_before(uint64_t offset) const {
    uint64_t events = 0;
    for (const BlockEntry& entry : blocks_)
      if (entry.end() <= offset && entry.holds_events()) events += entry.events;
    return events;
  }

  base::Buffer bytes_;
  std::vector<BlockEntry> blocks_;
  Verdict verdict_;
};

INSTANTIATE_TEST_SUITE_P(Forms, Corruption, testing::Bool(),
                         [](const auto& form) { return form.param ? "Packed" : "Capture"; });

// The control of all that follows.
TEST_P(Corruption, NothingIsNoticedInASoundReel) {
  EXPECT_TRUE(verdict_.sound()) << verdict_.text();
  EXPECT_EQ(verdict_.events, small_story().size());
  EXPECT_TRUE(judge(of_blocks(all_blocks())).sound());
  ASSERT_GE(blocks_.size(), 5U);
}

TEST_P(Corruption, CutAtEveryByteOpensAndSaysSo) {
  for (size_t cut = 1; cut < bytes_.size(); ++cut) {
    const Verdict verdict = judge(base::Bytes(bytes_).first(cut));
    ASSERT_TRUE(verdict.opened) << "cut at " << cut << ": " << verdict.text();
    ASSERT_FALSE(verdict.damage.empty()) << "cut at " << cut;
    ASSERT_TRUE(verdict.says("the file ends") || verdict.says("trailer")) << "cut at " << cut << ": " << verdict.text();
    ASSERT_EQ(verdict.events, events_in_blocks_before(cut)) << "cut at " << cut << ": " << verdict.text();
  }
}

TEST_P(Corruption, CutWithinABlockTellsTheEventsLost) {
  const BlockEntry& entry = blocks_[some_block()];
  const Verdict verdict = judge(base::Bytes(bytes_).first(entry.offset + sizeof(BlockHeader) + 1));
  EXPECT_EQ(verdict.events_lost, entry.events);
}

TEST_P(Corruption, AnEmptyFileIsNoReel) {
  const Verdict verdict = judge({});
  EXPECT_FALSE(verdict.opened);
  EXPECT_TRUE(verdict.says("the file is empty")) << verdict.text();
}

TEST_P(Corruption, OtherFilesAreNoReels) {
  for (const std::string text :
       {"x", "hello", "\x89PNG\r\n\x1a\n and so on and on, for more than a header's length, and more"}) {
    const Verdict verdict = judge(base::as_bytes(text.data(), text.size()));
    EXPECT_FALSE(verdict.opened);
    EXPECT_TRUE(verdict.says("it is not a reel")) << verdict.text();
    EXPECT_FALSE(verdict.error.hint.empty());
  }
}

TEST_P(Corruption, EveryFlippedBitIsNoticed) {
  for (size_t at = 0; at < bytes_.size(); ++at) {
    for (const unsigned pattern : {1U << (at % 8), 0xFFU}) {
      base::Buffer flipped = bytes_;
      flipped[at] = static_cast<uint8_t>(flipped[at] ^ pattern);
      const Verdict verdict = judge(flipped);
      ASSERT_FALSE(verdict.sound()) << "byte " << at << " xor " << pattern;
      ASSERT_TRUE(verdict.opened) << "byte " << at << ": one flip never costs the whole reel: " << verdict.text();
    }
  }
}

// One damaged byte costs one block at most.
TEST_P(Corruption, AFlipCostsOneBlockAtMost) {
  const auto largest = std::max_element(blocks_.begin(), blocks_.end(),
                                        [](const auto& a, const auto& b) { return a.events < b.events; });
  for (size_t at = 0; at < bytes_.size(); ++at) {
    base::Buffer flipped = bytes_;
    flipped[at] ^= 0x40;
    const Verdict verdict = judge(flipped);
    ASSERT_GE(verdict.events + largest->events, small_story().size()) << "byte " << at << ": " << verdict.text();
  }
}

TEST_P(Corruption, AZeroedByteIsNoticed) {
  for (size_t at = 0; at < bytes_.size(); ++at) {
    base::Buffer zeroed = bytes_;
    if (std::exchange(zeroed[at], 0) == 0) continue;
    ASSERT_FALSE(judge(zeroed).sound()) << "byte " << at;
  }
}

TEST_P(Corruption, AMissingBlockIsCounted) {
  for (size_t missing = 0; missing < blocks_.size(); ++missing) {
    std::vector<size_t> order = all_blocks();
    order.erase(order.begin() + static_cast<ptrdiff_t>(missing));
    const Verdict verdict = judge(of_blocks(order));
    EXPECT_TRUE(verdict.says("1 block")) << "without block " << missing << ": " << verdict.text();
    EXPECT_EQ(verdict.events, verdict_.events - blocks_[missing].events) << "without block " << missing;
  }
}

TEST_P(Corruption, ADoubledBlockIsReadOnce) {
  for (size_t doubled = 0; doubled < blocks_.size(); ++doubled) {
    std::vector<size_t> order = all_blocks();
    order.push_back(doubled);
    const Verdict verdict = judge(of_blocks(order));
    EXPECT_TRUE(verdict.says("stood before")) << "block " << doubled << ": " << verdict.text();
    EXPECT_EQ(verdict.events, verdict_.events) << "block " << doubled;
    EXPECT_TRUE(verdict.contradictions.empty()) << "block " << doubled << ": " << verdict.text();
  }
}

// A sound index is believed, so that the two blocks are found at fault; without it they find their places.
TEST_P(Corruption, SwappedBlocksAreNoticed) {
  std::vector<size_t> order = all_blocks();
  std::swap(order[some_block()], order[some_block() + 1]);
  base::Buffer swapped = of_blocks(order);
  EXPECT_FALSE(judge(swapped).sound());
  swapped.resize(swapped.size() - sizeof(Trailer));
  const Verdict verdict = judge(swapped);
  EXPECT_TRUE(verdict.says("out of order")) << verdict.text();
  EXPECT_EQ(verdict.summary.content_id, verdict_.summary.content_id);
  EXPECT_TRUE(verdict.contradictions.empty()) << verdict.text();
}

TEST_P(Corruption, ABlockOfAnotherReelIsNotRead) {
  base::Buffer foreign(block(some_block()).begin(), block(some_block()).end());
  BlockHeader header;
  std::memcpy(&header, foreign.data(), sizeof header);
  header.tag ^= 1;
  header.hash = base::xxh64(base::as_bytes(&header, 56));
  std::memcpy(foreign.data(), &header, sizeof header);
  base::Buffer bytes = bytes_;
  bytes.insert(bytes.begin() + static_cast<ptrdiff_t>(blocks_.back().end()), foreign.begin(), foreign.end());
  const Verdict verdict = judge(bytes);
  EXPECT_TRUE(verdict.says("damaged bytes where a block should begin")) << verdict.text();
  EXPECT_EQ(verdict.events, verdict_.events);
}

TEST_P(Corruption, ReadingGoesOnBehindADamagedHeader) {
  base::Buffer bytes = bytes_;
  const BlockEntry& entry = blocks_[some_block()];
  bytes[entry.offset + 5] ^= 1;
  bytes.resize(bytes.size() - sizeof(Trailer));  // so that the header is needed
  const Verdict verdict = judge(bytes);
  EXPECT_EQ(verdict.events, verdict_.events - entry.events) << verdict.text();
  EXPECT_TRUE(verdict.says("at " + std::to_string(entry.offset))) << verdict.text();
  EXPECT_TRUE(verdict.says("1 block")) << verdict.text();
}

TEST_P(Corruption, ADamagedIndexCostsNoEvents) {
  for (uint64_t at = blocks_.back().end(); at < bytes_.size(); ++at) {
    base::Buffer bytes = bytes_;
    bytes[at] ^= 0x20;
    const Verdict verdict = judge(bytes);
    ASSERT_EQ(verdict.events, verdict_.events) << at << ": " << verdict.text();
    ASSERT_EQ(verdict.summary.content_id, verdict_.summary.content_id) << at;
  }
}

TEST_P(Corruption, ATrailerThatPointsElsewhereIsNotBelieved) {
  for (const uint64_t offset : {uint64_t{0}, uint64_t{64}, uint64_t{65}, blocks_.back().offset, bytes_.size(),
                                ~uint64_t{0}, ~uint64_t{0} - 63, uint64_t{1} << 63}) {
    for (const uint64_t file_bytes : {uint64_t{0}, bytes_.size(), bytes_.size() + 8, ~uint64_t{0}}) {
      base::Buffer bytes = bytes_;
      Trailer trailer{.index_offset = offset, .file_bytes = file_bytes};
      trailer.hash = base::xxh64(base::as_bytes(&trailer, 24));
      std::memcpy(bytes.data() + bytes.size() - sizeof trailer, &trailer, sizeof trailer);
      const Verdict verdict = judge(bytes);
      EXPECT_FALSE(verdict.sound()) << offset;
      EXPECT_EQ(verdict.events, verdict_.events) << offset << ": " << verdict.text();
    }
  }
}

TEST_P(Corruption, GarbageBehindTheEndIsTold) {
  for (const size_t garbage : {1, 7, 8, 31, 32, 33, 4096}) {
    base::Buffer bytes = bytes_;
    for (size_t i = 0; i < garbage; ++i) bytes.push_back(static_cast<uint8_t>(i * 37 + 1));
    const Verdict verdict = judge(bytes);
    EXPECT_FALSE(verdict.sound()) << garbage;
    EXPECT_EQ(verdict.events, verdict_.events) << garbage;
  }
}

// After a power loss the size of a file may be right and its last pages zero.
TEST_P(Corruption, AZeroedTailIsTold) {
  for (size_t from = 1; from < bytes_.size(); from += 5) {
    base::Buffer bytes = bytes_;
    std::fill(bytes.begin() + static_cast<ptrdiff_t>(from), bytes.end(), uint8_t{0});
    if (from < kFileMagic.size()) continue;  // no reel any more
    const Verdict verdict = judge(bytes);
    ASSERT_TRUE(verdict.opened) << from << verdict.text();
    ASSERT_FALSE(verdict.sound()) << from;
    ASSERT_GE(verdict.events, events_in_blocks_before(from)) << from << ": " << verdict.text();
  }
}

}  // namespace
}  // namespace heapreel::reel
