// Documents: pieces that overlap, vectors that stay with them, an index with room for so many, prompts that grow.
#include <gtest/gtest.h>

#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using reel::Op;

constexpr uint64_t kVector = 384 * 4;
constexpr uint32_t kLoader = 0, kSplitter = 1, kEmbedder = 2, kAgent = 3;

struct Reading {
  Portrait portrait;
  double text_bytes = 0;  // that were cut up entirely
  double piece_bytes = 0;
  uint64_t texts = 0;
  uint64_t vectors = 0;  // alive
  uint64_t vectors_most = 0;
  uint64_t pieces_most = 0;  // longest piece
  bool texts_are_remote = true;
};

Reading watch(const workloads::GenerateRequest& request) {
  Reading reading;
  reading.portrait = portray(request, [&](const reel::Event& event, const LiveBlock* ended, const LiveBlocks&) {
    if (event.thread == kSplitter && event.op == Op::kNew) {
      reading.piece_bytes += static_cast<double>(event.size - 1);
      reading.pieces_most = std::max(reading.pieces_most, event.size - 1);
    }
    if (event.thread == kSplitter && ended != nullptr) {
      ++reading.texts;
      reading.text_bytes += static_cast<double>(ended->size);
      reading.texts_are_remote = reading.texts_are_remote && ended->thread == kLoader;
    }
    if (event.thread == kEmbedder && event.op == Op::kMalloc && event.size == kVector)
      reading.vectors_most = std::max(reading.vectors_most, ++reading.vectors);
    if (event.thread == kEmbedder && ended != nullptr && ended->size == kVector && ended->op == Op::kMalloc)
      --reading.vectors;
  });
  return reading;
}

class DocumentsTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, DocumentsTest, ::testing::Values(1, 77));

TEST_P(DocumentsTest, PiecesOverlapByAFifth) {
  const Reading reading = watch(request_of("documents", GetParam(), 400'000));
  SCOPED_TRACE(in_words(reading.portrait));
  EXPECT_TRUE(reading.portrait.faults.empty());
  EXPECT_GT(reading.texts, 300U);
  EXPECT_TRUE(reading.texts_are_remote);
  EXPECT_EQ(reading.pieces_most, 1000U);
  EXPECT_NEAR(reading.piece_bytes / reading.text_bytes, 1.25, 0.03);
  EXPECT_GT(reading.vectors_most, 4000U);
}

TEST_P(DocumentsTest, EachThreadHasItsPart) {
  const Portrait portrait = portray(request_of("documents", GetParam(), 400'000, {"kept=20"}));
  ASSERT_EQ(portrait.threads.size(), 4U);
  EXPECT_EQ(portrait.threads[kLoader].remote_deaths, 0U);
  EXPECT_EQ(portrait.threads[kAgent].remote_deaths, 0U);
  EXPECT_EQ(portrait.threads[kSplitter].remote_deaths, portrait.threads[kSplitter].deaths);
  // Of what the embedder frees, the texts of pieces are the splitter's: one of five, and as many lists and tensors.
  const ThreadPortrait& embedder = portrait.threads[kEmbedder];
  EXPECT_NEAR(static_cast<double>(embedder.remote_deaths) / static_cast<double>(embedder.deaths), 1.0 / 6, 0.03);
  EXPECT_NEAR(portrait.growth.quantile(0.5), 200, 3);
}

TEST_P(DocumentsTest, TheIndexKeepsSoManyDocuments) {
  const Reading few = watch(request_of("documents", GetParam(), 150'000, {"kept=20", "sigma=0"}));
  // 40 KiB, of which some six in ten are text, cut every 800 bytes.
  EXPECT_NEAR(static_cast<double>(few.vectors_most), 20 * 40'960 * 0.61 / 800, 0.25 * 20 * 31);
  const Reading many = watch(request_of("documents", GetParam(), 250'000, {"kept=100", "sigma=0"}));
  EXPECT_NEAR(static_cast<double>(many.vectors_most), 100 * 40'960 * 0.61 / 800, 0.1 * 100 * 31);
}

TEST(DocumentsTest, APipelineIsHeldBackByItsSlowestPart) {
  const Portrait slow = portray(request_of("documents", 1, 100'000, {"model-time=10ms", "turn-time=10s", "kept=5"}));
  EXPECT_LT(slow.live_peak_objects, 40'000U) << "the splitter waits at some four thousand pieces";
}

}  // namespace
}  // namespace heapreel::tests
