// Lines and bytes out of files of any kind: what comes out, and what is no file to read from.
#include "tools/importers/input/input.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/importers/packed_files.h"
#include "tests/trace_format/bounded.h"
#include "tests/trace_format/memory_file.h"

namespace heapreel::importers {
namespace {

using tests::MemoryFile;

base::Bytes bytes_of(const std::string& text) { return base::as_bytes(text.data(), text.size()); }

struct Lines {
  std::vector<std::string> texts{};
  std::vector<bool> too_long{};
  std::string error{};
};

Lines lines_of(base::Bytes bytes) {
  const MemoryFile file(bytes);
  Lines lines;
  auto input = Input::open(file.path());
  if (!input) {
    lines.error = input.error().why;
    return lines;
  }
  Line line;
  for (;;) {
    const auto more = input->next_line(line);
    if (!more) lines.error = more.error().why;
    if (!more || !*more) return lines;
    EXPECT_EQ(line.number, lines.texts.size() + 1);
    lines.texts.emplace_back(line.text);
    lines.too_long.push_back(line.too_long);
  }
}

TEST(Input, LinesEndInManyWays) {
  using Texts = std::vector<std::string>;
  const std::vector<std::pair<std::string, Texts>> cases = {{"", {}},
                                                            {"\n", {""}},
                                                            {"a\nb\n", {"a", "b"}},
                                                            {"a\nb", {"a", "b"}},
                                                            {"a\r\nb\r\n", {"a", "b"}},
                                                            {"a\r\n\r\nb\r", {"a", "", "b"}},
                                                            {"a\rb\n", {"a\rb"}},
                                                            {std::string("a\0b\n", 4), {std::string("a\0b", 3)}}};
  for (const auto& [text, wanted] : cases) EXPECT_EQ(lines_of(bytes_of(text)).texts, wanted);
}

TEST(Input, LinesOfAllLengthsCrossTheWindow) {
  std::string text;
  std::vector<std::string> wanted;
  for (size_t length = 0; length < 1500; ++length) {
    wanted.emplace_back(length, static_cast<char>('a' + length % 26));
    text += wanted.back() + "\n";
  }
  ASSERT_GT(text.size(), size_t{1} << 20);
  EXPECT_EQ(lines_of(bytes_of(text)).texts, wanted);
}

TEST(Input, LinesBeyondTheLimitComeOutCut) {
  for (const size_t length : {kLineBytesMax - 1, kLineBytesMax, kLineBytesMax + 1, size_t{5} << 20}) {
    for (const char* end : {"\n", "\r\n", ""}) {
      const Lines lines = lines_of(bytes_of("first\n" + std::string(length, 'x') + end + (*end != 0 ? "last\n" : "")));
      ASSERT_EQ(lines.texts.size(), *end != 0 ? 3U : 2U) << length;
      const bool cut = length > kLineBytesMax || (length == kLineBytesMax && std::string(end) == "\r\n");
      EXPECT_EQ(lines.too_long[1], cut) << length;
      EXPECT_EQ(lines.texts[1].size(), std::min(length, kLineBytesMax));
      if (*end != 0) {
        EXPECT_EQ(lines.texts[2], "last");
      }
    }
  }
}

TEST(Input, HeadTakesNothingAway) {
  const std::string text = "one\n" + std::string(kHeadBytes * 2, '\n') + "two";
  const MemoryFile file(bytes_of(text));
  auto input = Input::open(file.path());
  ASSERT_TRUE(input);
  EXPECT_EQ(input->head()->size(), kHeadBytes);
  Line line;
  ASSERT_TRUE(*input->next_line(line));
  EXPECT_EQ(line.text, "one");
}

TEST(Input, RecordsEndWhereTheFileDoes) {
  const std::string text(1'000'003, 'r');
  const MemoryFile file(bytes_of(text));
  auto input = Input::open(file.path());
  ASSERT_TRUE(input);
  size_t all = 0;
  for (size_t got = 1; got != 0; all += got) got = input->next_bytes(24 * 100)->size();
  EXPECT_EQ(all, text.size());
  EXPECT_EQ(input->offset(), text.size());
}

// Enough text that a decompressor needs many steps.
std::string some_text() {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "line " + std::to_string(i * 7919 % 10007) + "\n";
  return text;
}

TEST(Input, PackedFilesHoldTheSameLines) {
  const std::string text = some_text();
  const Lines wanted = lines_of(bytes_of(text));
  ASSERT_EQ(wanted.texts.size(), 60'000U);
  using namespace tests;  // NOLINT: the makers of packed files
  base::Buffer twice = gzipped("line 0\n");
  base::append(twice, gzipped(text.substr(7)));
  for (const base::Buffer& packed : {gzipped(text), twice, zstd_of(text), zipped(text), zipped(text, {.store = true}),
                                     zipped(text, {.comment = std::string(1000, '#')}), zipped(text, {.zip64 = true}),
                                     zipped(text, {.folder = true})}) {
    const Lines lines = lines_of(packed);
    EXPECT_EQ(lines.error, "");
    EXPECT_TRUE(lines.texts == wanted.texts);
  }
}

TEST(Input, PackedFilesThatAreCutSaySo) {
  const std::string text = some_text();
  for (const base::Buffer& packed : {tests::gzipped(text), tests::zstd_of(text), tests::zipped(text)}) {
    for (const size_t cut : {packed.size() - 1, packed.size() / 2, size_t{40}, size_t{20}}) {
      const Lines lines = lines_of({packed.data(), cut});
      EXPECT_NE(lines.error, "") << cut;
    }
  }
}

TEST(Input, PackedFilesThatAreDamagedSaySo) {
  const std::string text = some_text();
  for (const bool store : {false, true}) {
    base::Buffer zip = tests::zipped(text, {.store = store});
    zip[zip.size() / 3] ^= 0x10;
    EXPECT_NE(lines_of(zip).error, "") << store;
  }
  base::Buffer gzip = tests::gzipped(text);
  gzip[gzip.size() / 2] ^= 0x10;
  EXPECT_NE(lines_of(gzip).error, "");
}

TEST(Input, ArchivesOfOneFileOnly) {
  EXPECT_EQ(lines_of(tests::zipped("a\n", {.files = 2})).error, "the zip archive holds 2 files");
  EXPECT_EQ(lines_of(tests::zipped("a\n", {.files = 0})).error, "the zip archive is empty");
  EXPECT_EQ(lines_of(tests::zipped("a\n", {.encrypted = true})).error, "the zip archive is encrypted");
  EXPECT_EQ(lines_of(tests::zipped("a\n", {.method = 12})).error, "the zip archive uses compression method 12");
}

TEST(Input, ABombIsNotExpanded) {
  const base::Buffer bomb = tests::zstd_of(std::string(size_t{90} << 20, '\n'));
  ASSERT_LT(bomb.size(), size_t{1} << 18);
  const Lines lines = tests::bounded([&] {
    const MemoryFile file(bomb);
    auto input = Input::open(file.path());
    Lines result;
    for (;;) {
      const auto bytes = input->next_bytes(kHeadBytes);
      if (!bytes) result.error = bytes.error().why;
      if (!bytes || bytes->empty()) return result;
    }
  });
  EXPECT_EQ(lines.error, "it expands to more than 2000 times its size");
}

}  // namespace
}  // namespace heapreel::importers
