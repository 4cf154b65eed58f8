// Containers whose hashes are right and whose content is not: bombs, loops, giant counts, and versions to come.
#include <gtest/gtest.h>
#include <zstd.h>

#include "tests/trace_format/bounded.h"
#include "tests/trace_format/raw_reel.h"
#include "trace_format/wire/limits.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

base::Buffer zeroes_compressed(size_t bytes, bool declare_size = true) {
  const base::Buffer zeroes(bytes);
  base::Buffer frame(ZSTD_compressBound(bytes));
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, declare_size ? 1 : 0);
  frame.resize(ZSTD_compress2(context, frame.data(), frame.size(), zeroes.data(), zeroes.size()));
  ZSTD_freeCCtx(context);
  return frame;
}

RawColumn bomb(unsigned id, size_t bytes, uint64_t declared, bool declare_in_frame = true) {
  return {.id = static_cast<uint8_t>(id),
          .stored = zeroes_compressed(bytes, declare_in_frame),
          .codec = ColumnCodec::kZstd,
          .flags = 0,
          .raw_bytes = declared};
}

RawColumns message_column(const std::string& message) { return {bytes_column(0, {message.begin(), message.end()})}; }

Verdict verdict_of_columns(const RawColumns& columns, BlockType type = BlockType::kPacked, uint32_t events = 3) {
  RawReel reel;
  reel.block(type, columns, events);
  reel.block(BlockType::kPacked, RawEvents{}.columns(), 3, [](BlockHeader& header) {
    header.first_time = 100;
    header.last_time = 120;
  });
  return bounded_verdict(reel.finished());
}

// The first block is refused with these words; the sound one behind it is read.
void expect_refused(const RawColumns& columns, const char* words, BlockType type = BlockType::kPacked) {
  const Verdict verdict = verdict_of_columns(columns, type, type == BlockType::kPacked ? 3 : 0);
  ASSERT_EQ(verdict.damage.size(), 1U) << verdict.text();
  EXPECT_EQ(verdict.damage[0].offset, sizeof(FileHeader));
  EXPECT_TRUE(verdict.says(words)) << verdict.text();
  EXPECT_EQ(verdict.events, 3U) << verdict.text();
}

// --- columns
// -----------------------------------------------------------------------------------------------------------

TEST(HostileColumns, Bombs) {
  expect_refused({bomb(8, 256U << 20, 256U << 20)}, "would expand to");
  expect_refused({bomb(8, 256U << 20, 1000)}, "another size");
  expect_refused({bomb(8, 16U << 20, 1000, false)}, "another size");
  expect_refused({bomb(8, 100, 4'000'000'000U)}, "would expand to");
  expect_refused({bomb(0, 64U << 20, 64U << 20)}, "would expand to", BlockType::kMetadata);
}

TEST(HostileColumns, ManyColumnsThatAreLargeOnlyTogether) {
  RawColumns columns;
  for (unsigned id = 0; id < 30; ++id) columns.push_back(bomb(id, 60'000, 60'000));
  expect_refused(columns, "would expand to");
}

TEST(HostileColumns, Frames) {
  RawColumn column = bomb(8, 3, 3);
  column.stored.back() ^= 0x55;
  column.stored.pop_back();
  expect_refused({column}, "damaged block");
  expect_refused({{.id = 8, .stored = {1, 2, 3}, .codec = ColumnCodec::kZstd}}, "another size");
  expect_refused({{.id = 8, .stored = {1, 2, 3}, .codec = static_cast<ColumnCodec>(2)}}, "unknown column codec");
  expect_refused({{.id = 8, .stored = {1, 2, 3}, .codec = ColumnCodec::kRaw, .flags = 0, .raw_bytes = 4}}, "two sizes");
}

TEST(HostileColumns, AColumnTwice) {
  expect_refused(RawEvents{}.columns() + RawColumns{bytes_column(8, {2})}, "stands twice");
}

TEST(HostileColumns, UnknownOnesAreSkippedOnlyIfOptional) {
  for (const uint8_t id : std::initializer_list<uint8_t>{kColumnIds, 63, 255}) {
    const RawColumn optional{.id = id, .stored = {1}, .codec = ColumnCodec::kRaw, .flags = kOptionalColumn};
    const Verdict skipped = verdict_of_columns(RawEvents{}.columns() + RawColumns{optional});
    EXPECT_FALSE(skipped.says("column")) << skipped.text();
    expect_refused(RawEvents{}.columns() + RawColumns{bytes_column(id, {1})}, "it needs column");
  }
}

TEST(HostileColumns, DirectoriesThatLie) {
  RawReel reel;
  for (const uint16_t columns : std::initializer_list<uint16_t>{6, 8, 65, 65535})
    reel.block(BlockType::kPacked, RawEvents{}.columns(), 3,
               [columns](BlockHeader& header) { header.columns = columns; });
  reel.block(BlockType::kPacked, {}, 3, [](BlockHeader& header) { header.columns = 1; });
  const Verdict verdict = bounded_verdict(reel.finished());
  EXPECT_EQ(verdict.damage.size(), 5U) << verdict.text();
}

// --- blocks
// ------------------------------------------------------------------------------------------------------------

TEST(HostileBlocks, UnknownTypesBelow128AreTold) {
  for (const int type : {0, 7, 127}) {
    const Verdict verdict = verdict_of_columns({}, static_cast<BlockType>(type), 0);
    EXPECT_TRUE(verdict.says("unknown type " + std::to_string(type))) << verdict.text();
    EXPECT_EQ(verdict.events, 3U);
  }
}

TEST(HostileBlocks, UnknownTypesFrom128AreSkipped) {
  for (const int type : {128, 200, 255}) {
    const Verdict verdict = verdict_of_columns({bytes_column(9, {1, 2, 3})}, static_cast<BlockType>(type), 0);
    EXPECT_TRUE(verdict.sound()) << verdict.text();
    EXPECT_EQ(verdict.events, 3U);
  }
}

TEST(HostileBlocks, NewerLayoutsAreRefused) {
  for (const BlockType type : {BlockType::kPacked, BlockType::kMetadata, BlockType::kPrivate}) {
    RawReel reel;
    reel.block(type, RawEvents{}.columns(), 0, [](BlockHeader& header) { header.version = 2; });
    EXPECT_TRUE(bounded_verdict(reel.finished()).says("of a newer version")) << static_cast<int>(type);
  }
}

TEST(HostileBlocks, HeadersBeyondTheLimitsAreNone) {
  const std::vector<RawReel::Tweak> tweaks = {
      [](BlockHeader& header) { header.body_bytes = limits::kBlockBodyBytes + 8; },
      [](BlockHeader& header) { header.body_bytes += 4; },
      [](BlockHeader& header) { header.events = limits::kEventsPerBlock + 1; },
      [](BlockHeader& header) { header.thread = limits::kThreads; },
      [](BlockHeader& header) { header.first_time = 200; },
      [](BlockHeader& header) { header.sync += 1; },
  };
  for (const RawReel::Tweak& tweak : tweaks) {
    RawReel reel;
    reel.block(BlockType::kPacked, RawEvents{}.columns(), 3, tweak);
    EXPECT_FALSE(bounded_verdict(reel.finished()).sound());
    EXPECT_TRUE(bounded_verdict(reel.interrupted()).says("damaged bytes where a block should begin"));
  }
}

TEST(HostileBlocks, ObjectNumbersThatGoBack) {
  RawReel reel;
  for (const uint64_t first_object : {1, 2, 3}) {
    RawEvents events;
    events.params[7] = first_object;
    reel.block(BlockType::kPacked, events.columns(), 3, [](BlockHeader& header) {
      header.first_time = 100;
      header.last_time = 120;
    });
  }
  const Verdict verdict = bounded_verdict(reel.finished());
  EXPECT_EQ(verdict.events, 6U) << verdict.text();
  EXPECT_TRUE(verdict.says("its object numbers stood before")) << verdict.text();
}

// A search that starts anew behind every bad byte must not read the whole file each time.
TEST(HostileBlocks, AlternatingWithJunkCostLittle) {
  RawReel reel;
  for (int i = 0; i < 20'000; ++i) {
    reel.block(static_cast<BlockType>(128), {});
    reel.raw(base::Buffer(8, 0x42));
  }
  EXPECT_EQ(bounded_verdict(reel.interrupted()).damage.size(), 20'001U);
}

TEST(HostileBlocks, AFileOfNothingButSyncWords) {
  base::Buffer bytes = RawReel().interrupted();
  for (size_t i = 0; i < 500'000; ++i) base::append(bytes, base::as_bytes("RBLKRBLK", 8));
  EXPECT_TRUE(bounded_verdict(bytes).says("damaged bytes"));
}

TEST(HostileBlocks, ASparseFileOfATerabyte) {
  const MemoryFile file(RawReel().interrupted());
  if (::truncate(file.path().c_str(), off_t{1} << 40) != 0) GTEST_SKIP() << "no sparse files here";
  EXPECT_TRUE(bounded([&] { return verdict_of(file.path()); }).says("damaged bytes"));
}

// --- file header and features
// --------------------------------------------------------------------------------------------

TEST(HostileHeader, UnknownFeaturesAreRefusedByName) {
  proto::Metadata metadata;
  proto::Feature& feature = *metadata.add_features();
  feature.set_bit(5);
  feature.set_name("stacks of callers");
  RawReel named(FileHeader{.incompatible = 1U << 5 | 1U << 9});
  named.block(BlockType::kMetadata, message_column(metadata.SerializeAsString()));
  for (const base::Buffer& bytes : {named.finished(), named.interrupted()}) {
    const Verdict verdict = bounded_verdict(bytes);
    EXPECT_FALSE(verdict.opened);
    EXPECT_EQ(verdict.error.code, base::ErrorCode::kUnsupported);
    EXPECT_TRUE(verdict.says("the feature \"stacks of callers\" and feature number 9")) << verdict.text();
    EXPECT_FALSE(verdict.error.hint.empty());
  }
}

TEST(HostileHeader, CompatibleFeaturesAndMinorVersionsAreRead) {
  RawReel reel(FileHeader{.minor = 9, .incompatible = 0, .compatible = ~uint64_t{0}});
  EXPECT_TRUE(bounded_verdict(reel.finished()).sound());
}

TEST(HostileHeader, ANewerMajorVersionIsRefused) {
  for (const uint16_t major : std::initializer_list<uint16_t>{0, 2, 65535}) {
    RawReel reel(FileHeader{.major = major});
    const Verdict verdict = bounded_verdict(reel.finished());
    EXPECT_FALSE(verdict.opened);
    EXPECT_TRUE(verdict.says("format version " + std::to_string(major))) << verdict.text();
  }
}

TEST(HostileHeader, AHeaderOfAnotherLengthIsRefused) {
  for (const uint32_t bytes : std::initializer_list<uint32_t>{0, 63, 65, 128, ~0U}) {
    RawReel reel(FileHeader{.header_bytes = bytes});
    const Verdict verdict = bounded_verdict(reel.finished());
    EXPECT_FALSE(verdict.opened);
    EXPECT_TRUE(verdict.says("its header has " + std::to_string(bytes))) << verdict.text();
    EXPECT_FALSE(verdict.error.hint.empty());
  }
}

// --- metadata
// ------------------------------------------------------------------------------------------------------------

TEST(HostileMetadata, MessagesThatAreNone) {
  expect_refused(message_column("\xFF\xFF\xFF\xFF garbage"), "not a message", BlockType::kMetadata);
  expect_refused(message_column(std::string("\x0A\x7F", 2)), "not a message", BlockType::kPrivate);
  expect_refused(message_column("\x0A\x04\x0A\x02\xFF\xFE"), "not a message", BlockType::kMetadata);  // not UTF-8
  expect_refused(message_column("x") + RawColumns{bytes_column(1, {1})}, "it needs column 1", BlockType::kMetadata);
}

TEST(HostileMetadata, MessagesNestedWithoutEnd) {
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "\xA3\x06";  // group 100 begins: an unknown field
  expect_refused(message_column(nested), "not a message", BlockType::kMetadata);
}

// Each is within the limit of one message; together they are not.
TEST(HostileMetadata, TooMuchInAll) {
  std::string large;
  large += "\xA2\x06";  // field 100, unknown: a string of 15 MiB
  const uint32_t length = 15U << 20;
  for (uint32_t rest = length; rest != 0; rest >>= 7)
    large += static_cast<char>((rest & 0x7F) | (rest >= 0x80 ? 0x80 : 0));
  large.resize(large.size() + length);
  base::Buffer frame(ZSTD_compressBound(large.size()));
  frame.resize(ZSTD_compress(frame.data(), frame.size(), large.data(), large.size(), 1));
  RawReel reel;
  for (int i = 0; i < 40; ++i)
    reel.block(BlockType::kMetadata,
               {{.id = 0, .stored = frame, .codec = ColumnCodec::kZstd, .flags = 0, .raw_bytes = large.size()}});
  const Verdict verdict = bounded_verdict(reel.finished());
  EXPECT_TRUE(verdict.opened) << verdict.text();
  EXPECT_EQ(verdict.damage.size(), 40U - 4U) << "4 are within the limit: " << verdict.text();
  EXPECT_TRUE(verdict.says("would expand to")) << verdict.text();
}

// --- index
// -----------------------------------------------------------------------------------------------------------------

class HostileIndex : public testing::Test {
 protected:
  static RawReel reel() {
    RawReel reel;
    reel.block(BlockType::kPacked, RawEvents{}.columns(), 3, [](BlockHeader& header) {
      header.first_time = 100;
      header.last_time = 120;
    });
    return reel;
  }
  static uint64_t words() { return body_of(RawEvents{}.columns()).size() / 8; }
  // The index as it should be, with one of its six columns replaced.
  static Verdict with_column(unsigned id, const std::vector<uint64_t>& values) {
    RawColumns index;
    const std::vector<std::vector<uint64_t>> sound = {{2}, {words()}, {3}, {0}, {200}, {20}};
    for (unsigned i = 0; i < 6; ++i) index = index + numbers(2 * i, 2 * i == id ? values : sound[i]);
    return bounded_verdict(reel().finished(index));
  }
};

TEST_F(HostileIndex, TheControlIsSound) {
  EXPECT_TRUE(with_column(0, {2}).sound()) << with_column(0, {2}).text();
  EXPECT_TRUE(bounded_verdict(reel().finished()).sound());
}

TEST_F(HostileIndex, ValuesThatLie) {
  for (const uint64_t lie : {uint64_t{1}, uint64_t{7}, uint64_t{1} << 20, uint64_t{1} << 61, ~uint64_t{0}})
    for (unsigned id = 0; id < 12; id += 2) EXPECT_FALSE(with_column(id, {lie}).sound()) << id << " " << lie;
}

// A block list that ends before the index, or beyond it, or goes round, is not used: the blocks are found one by one.
TEST_F(HostileIndex, ListsThatDoNotCoverTheBlocks) {
  for (const std::vector<uint64_t>& list :
       {std::vector<uint64_t>{0}, {words() - 1}, {words() + 1}, {words(), words()}, {uint64_t{1} << 60}, {}}) {
    const Verdict verdict = with_column(2, list);
    EXPECT_TRUE(verdict.says("the blocks were found one by one")) << verdict.text();
    EXPECT_EQ(verdict.events, 3U) << verdict.text();
  }
}

TEST_F(HostileIndex, Bombs) {
  const Verdict verdict = bounded_verdict(reel().finished({bomb(0, 512U << 20, 512U << 20)}));
  EXPECT_TRUE(verdict.says("the blocks were found one by one")) << verdict.text();
  EXPECT_EQ(verdict.events, 3U);
}

}  // namespace
}  // namespace heapreel::reel
