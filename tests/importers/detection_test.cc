// Every sample of every format is known as what it is, and as nothing else.
//
// tests/importers/data/FORMAT/good*: a trace of that format, whole and sound. A new format needs no line here, but a
// sample there; one without fails.
#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>

#include "tests/importers/mlogcol_file.h"
#include "tests/trace_format/memory_file.h"
#include "tools/importers/frame/format_table.h"

namespace heapreel::importers {
namespace {

namespace fs = std::filesystem;

struct Sample {
  std::string name;    // of its file
  std::string format;  // that it is in
  std::string head;
};

std::string head_of(const std::string& path) {
  auto input = Input::open(path);
  EXPECT_TRUE(input) << path;
  if (!input) return {};
  const auto head = input->head();
  EXPECT_TRUE(head) << path;
  return head ? std::string(*head) : std::string();
}

std::vector<Sample> all_samples() {
  std::vector<Sample> samples;
  for (const auto& folder : fs::directory_iterator(HEAPREEL_TRACE_SAMPLES))
    for (const auto& file : fs::directory_iterator(folder))
      if (file.path().filename().string().starts_with("good"))
        samples.push_back({file.path().filename(), folder.path().filename(), head_of(file.path())});
  const tests::MemoryFile mlogcol(tests::mlogcol_of(tests::some_calls()));
  samples.push_back({"made here", "mlogcol", head_of(mlogcol.path())});
  return samples;
}

TEST(Detection, EveryFormatHasASample) {
  const auto samples = all_samples();
  for (const FormatSpec* format : all_formats())
    EXPECT_TRUE(std::ranges::any_of(samples, [&](const Sample& it) { return it.format == format->name; }))
        << format->name;
}

TEST(Detection, EverySampleIsWhatItIsAndNothingElse) {
  for (const Sample& sample : all_samples())
    for (const FormatSpec* format : all_formats()) {
      const int confidence = format->looks_like(sample.head);
      if (format->name == sample.format)
        EXPECT_GE(confidence, kLikely) << sample.format << "/" << sample.name;
      else
        EXPECT_LT(confidence, kLikely) << sample.format << "/" << sample.name << " looks like " << format->name;
    }
}

TEST(Detection, HalfASampleIsStillKnown) {
  for (const Sample& sample : all_samples()) {
    const FormatSpec* format = likeliest_format(sample.head.substr(0, sample.head.size() / 2));
    ASSERT_NE(format, nullptr) << sample.format << "/" << sample.name;
    EXPECT_EQ(format->name, sample.format) << sample.name;
  }
}

TEST(Detection, OtherTextIsNoTrace) {
  for (const char* text :
       {"", "\n\n", "hello\nworld\n", "int main(void) { return 0; }\nvoid* p = malloc(24);\n", "{\"a\": 1}\n",
        "f(1) = 2\ng(x) = 3\n", "a = b\nc = d\n", "v 1.0 2.0 3.0\nv 2.0 1.0 0.0\n", "\x7f\x45\x4c\x46\x02"})
    EXPECT_EQ(likeliest_format(text), nullptr) << text;
}

}  // namespace
}  // namespace heapreel::importers
