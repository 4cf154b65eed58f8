// The whole import: which format it is, what a bad file leaves behind (nothing), and what the reel says of its origin.
#include <filesystem>
#include <gtest/gtest.h>

#include "tests/importers/packed_files.h"
#include "tests/importers/samples.h"
#include "tests/trace_format/reels.h"
#include "tests/trace_format/soundness.h"
#include "tools/importers/frame/format_table.h"
#include "tools/importers/import.h"

namespace heapreel::importers {
namespace {

using tests::sample;

class ImportFile : public ::testing::Test {
 protected:
  base::Result<ImportResult> import(base::Bytes bytes, const char* from = nullptr, uint64_t bad_lines_max = 100) {
    tests::write_bytes(folder_.file("in"), bytes);
    return import_file({.input = folder_.file("in"),
                        .output = folder_.file("out.reel"),
                        .overwrite = true,
                        .format = from == nullptr ? nullptr : find_format(from),
                        .bad_lines_max = bad_lines_max});
  }
  base::Result<ImportResult> import(const std::string& text, const char* from = nullptr, uint64_t bad_lines_max = 100) {
    return import(base::as_bytes(text.data(), text.size()), from, bad_lines_max);
  }
  // "why (hint)" of a failed import, which leaves no file.
  std::string trouble(const std::string& text, const char* from = nullptr, uint64_t bad_lines_max = 100) {
    std::filesystem::remove(folder_.file("out.reel"));
    const auto result = import(text, from, bad_lines_max);
    if (result) return {};
    size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) files += entry.exists() ? 1 : 0;
    EXPECT_EQ(files, 1U) << "only the input is left";
    EXPECT_EQ(result.error().what, "cannot import " + folder_.file("in"));
    return result.error().why + " (" + result.error().hint + ")";
  }

  tests::TemporaryFolder folder_;
};

TEST_F(ImportFile, EverySampleBecomesASoundReel) {
  for (const char* name : {"android/good.txt", "android/good_times.txt", "csv/good.csv", "csv/good_semicolons.csv",
                           "csv/good_export.csv", "rep/good_first.rep", "rep/good_second.rep", "wee/good.trace",
                           "webkit-ops/good.ops", "webkit-ops/good_first.ops", "wl/good.wl"}) {
    const auto result = import(sample(name), nullptr, 0);
    ASSERT_TRUE(result) << name << ": " << result.error().why;
    EXPECT_EQ(result->format->name, std::string(name).substr(0, std::string(name).find('/')));
    const tests::Verdict verdict = tests::verdict_of(folder_.file("out.reel"));
    EXPECT_TRUE(verdict.damage.empty()) << name << ": " << verdict.text();
    EXPECT_EQ(verdict.contradictions.size(), name == std::string("csv/good_export.csv") ? 1U : 0U)
        << name << ": an unknown free is all that is odd in any of them: " << verdict.text();
    EXPECT_EQ(verdict.events, result->events);
    EXPECT_EQ(verdict.summary.counts.births, result->objects) << name;
  }
}

TEST_F(ImportFile, TheReelSaysWhereItComesFrom) {
  ASSERT_TRUE(import(sample("android/good.txt")));
  const auto file = reel::ReelFile::open(folder_.file("out.reel"));
  const auto metadata = reel::read_metadata(*file);
  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata->shared.producer().source_format(), "android");
  EXPECT_EQ(metadata->shared.capture().options().at("assumed.times"), "order only");
  EXPECT_TRUE(metadata->shared.packing().no_time());
  EXPECT_EQ(metadata->shared.threads_size(), 3);
  EXPECT_EQ(metadata->confidential.threads(2).kernel_tid(), 203);
  EXPECT_EQ(metadata->confidential.source(), folder_.file("in"));
  EXPECT_EQ(metadata->shared.ending().cause(), reel::proto::Ending::FINISHED);
  ASSERT_TRUE(import(sample("android/good_times.txt")));
  const auto timed_file = reel::ReelFile::open(folder_.file("out.reel"));
  const auto timed = reel::read_metadata(*timed_file);
  EXPECT_FALSE(timed->shared.packing().no_time());
  EXPECT_EQ(timed->shared.clock().origin_ticks(), 903'100'200U);
  EXPECT_FALSE(timed->shared.capture().options().contains("assumed.times"));
}

TEST_F(ImportFile, PackedTracesAreUnpackedOnTheWay) {
  const std::string text = sample("android/good.txt");
  ASSERT_TRUE(import(text));
  const auto wanted = tests::verdict_of(folder_.file("out.reel")).summary.content_id;
  for (const base::Buffer& packed : {tests::gzipped(text), tests::zstd_of(text), tests::zipped(text)}) {
    const auto result = import(packed);
    ASSERT_TRUE(result) << result.error().why;
    EXPECT_EQ(tests::verdict_of(folder_.file("out.reel")).summary.content_id, wanted);
  }
}

TEST_F(ImportFile, NothingIsFoundInNothing) {
  EXPECT_EQ(trouble("").find("the file is empty"), 0U);
  EXPECT_EQ(trouble("hello\nworld\n").find("it looks like none of the formats"), 0U);
  EXPECT_NE(trouble("hello\nworld\n").find("--from android"), std::string::npos);
  EXPECT_EQ(trouble("hello\n", "wee"),
            "nothing in it makes sense; line 1: it is neither Alloc(N), nor Free(N),: 'hello' (check that it is the "
            "file you mean)");
  EXPECT_EQ(trouble("", "wee").find("the file is empty"), 0U);
}

TEST_F(ImportFile, AnotherFormatThanTheOneAskedForIsNamed) {
  EXPECT_EQ(trouble(sample("android/good.txt"), "wee"),
            "it is no wee trace (it looks like android: try --from android)");
  EXPECT_EQ(trouble(sample("rep/good_first.rep"), "csv"), "it is no csv trace (it looks like rep: try --from rep)");
  EXPECT_EQ(trouble(sample("wee/good.trace"), "mlogcol"), "it is no mlogcol trace (it looks like wee: try --from wee)");
  // A little of the one, mostly the other.
  std::string mixed = "1: malloc 0x10 8\n";
  for (int i = 0; i < 200; ++i) mixed += "Alloc(8),\n";
  const std::string error = trouble(mixed, "android");
  EXPECT_NE(error.find("(it looks like wee: try --from wee)"), std::string::npos) << error;
}

TEST_F(ImportFile, BadLinesPassUpToALimit) {
  std::string text = "1: malloc 0x10 8\n1: free 0x10\n1: malloc 0x20 8\n";
  for (int i = 0; i < 3; ++i) text += "1: maloc \x1b[31m\n";
  EXPECT_TRUE(import(text, nullptr, 3));
  EXPECT_EQ(trouble(text, "android", 2),
            "3 lines make no sense, the last is line 6: no such call is known: '1: maloc \\x1b[31m' (--max-bad-lines N "
            "lets more of them pass)");
  EXPECT_EQ(trouble(text, "android", 0),
            "line 4: no such call is known: '1: maloc \\x1b[31m' (--max-bad-lines N lets more of them pass)");
  const auto result = import(text);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->bad_lines, 3U);
  EXPECT_EQ(result->first_bad_lines.size(), 3U);
  EXPECT_EQ(result->events, 3U);
}

TEST_F(ImportFile, TheFirstBadLinesAreKeptTheOthersCounted) {
  std::string text = "1: malloc 0x10 8\n";
  for (int i = 0; i < 50; ++i) text += "1: malloc 0x10 8\n";
  for (int i = 0; i < 40; ++i) text += "1: oops " + std::string(200, 'x') + "\n";
  const auto result = import(text, "android");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->bad_lines, 40U);
  EXPECT_EQ(result->first_bad_lines.size(), BadLines::kKept);
  EXPECT_EQ(result->first_bad_lines[0].number, 52U);
  EXPECT_LT(result->first_bad_lines[0].text.size(), 100U);
}

TEST_F(ImportFile, JunkOfAnyKindEndsInAWord) {
  std::string nul = "1: malloc 0x10 8\n";
  nul += std::string("1: free\0 0x10\n", 14);
  EXPECT_TRUE(import(nul, "android"));
  std::string binary;
  for (int i = 0; i < 100'000; ++i) binary += static_cast<char>(i * 7919 >> 3);
  for (const FormatSpec* format : all_formats()) {
    const std::string name(format->name);
    EXPECT_NE(trouble(binary, name.c_str()), "") << name;
  }
  const std::string long_line = "1: malloc 0x10 8\n" + std::string(size_t{8} << 20, '9') + "\n1: free 0x10\n";
  const auto result = import(long_line, "android");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->events, 2U);
  EXPECT_EQ(result->first_bad_lines[0].why, "the line is too long");
}

TEST_F(ImportFile, CutAnywhereItIsReadAsFarAsItGoes) {
  const std::string text = sample("android/good_times.txt");
  for (size_t cut = 60; cut < text.size(); cut += 7) {
    const auto result = import(text.substr(0, cut), "android");
    ASSERT_TRUE(result) << cut << ": " << result.error().why;
    EXPECT_LE(result->bad_lines, 1U) << cut;
  }
}

}  // namespace
}  // namespace heapreel::importers
