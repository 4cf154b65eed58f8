// The committed sample reels: still readable, still the same content. What `heapreel info` says of each is a golden
// file beside it (tests/golden/reels); here the events themselves are compared with what a writer of today makes of
// them.
//
// HEAPREEL_UPDATE_SAMPLES=1 writes them anew: only for samples that are new, never for those of a released version.
#include "tests/trace_format/sample_reels.h"

#include <cstdlib>
#include <gtest/gtest.h>

#include "tests/trace_format/reels.h"
#include "tests/trace_format/soundness.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

const std::filesystem::path kSamples = HEAPREEL_SOURCE_DIR "/tests/golden/reels";

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".reel") names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(SampleReels, HoldWhatTheyHeldWhenTheyWereWritten) {
  if (std::getenv("HEAPREEL_UPDATE_SAMPLES") != nullptr) write_sample_reels(kSamples.string());
  const TemporaryFolder today;
  write_sample_reels(today.path().string());
  const std::vector<std::string> names = names_in(kSamples);
  EXPECT_EQ(names, names_in(today.path()));
  for (const std::string& name : names) {
    const Verdict then = verdict_of((kSamples / name).string());
    const Verdict now = verdict_of(today.file(name));
    EXPECT_TRUE(then.opened) << name;
    EXPECT_EQ(then.text().empty(), now.text().empty()) << name << ": " << then.text();
    if (name == "truncated.reel" || name == "flipped.reel") continue;  // what is left depends on the compressor
    EXPECT_EQ(read_events((kSamples / name).string()).events, read_events(today.file(name)).events) << name;
  }
}

TEST(SampleReels, AreSmall) {
  uint64_t all = 0;
  for (const std::string& name : names_in(kSamples)) {
    const uint64_t bytes = std::filesystem::file_size(kSamples / name);
    EXPECT_LT(bytes, 20'000U) << name;
    all += bytes;
  }
  EXPECT_LT(all, 200'000U);
}

TEST(SampleReels, EveryKindIsThere) {
  const Verdict verdict = verdict_of((kSamples / "every_kind_packed.reel").string());
  for (int op = 0; op < kOpLimit; ++op)
    EXPECT_EQ(verdict.summary.counts.by_op[op] != 0, is_known(static_cast<uint8_t>(op))) << op;
}

}  // namespace
}  // namespace heapreel::reel
