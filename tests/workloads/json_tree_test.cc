// What the JSON trees say of themselves, on what they do: small nodes, lists that double, documents of two kinds of
// life, and a reaper that frees what it never made.
#include <gtest/gtest.h>

#include "tests/workloads/portrait.h"

namespace heapreel::tests {
namespace {

using reel::Op;

workloads::GenerateRequest json_tree(uint64_t seed, std::vector<std::string> parameters = {}) {
  parameters.insert(parameters.begin(), "kept=80");
  return {
      .workload = "json-tree", .output = "", .parameters = std::move(parameters), .seed = seed, .events = 1'500'000};
}

class JsonTreeTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, JsonTreeTest, ::testing::Values(1, 77));

TEST_P(JsonTreeTest, DoesWhatItSays) {
  uint64_t nodes = 0, texts = 0;
  const Portrait portrait =
      portray(json_tree(GetParam()), [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
        if (event.op != Op::kNew) return;
        ++(event.size == 40 ? nodes : texts);
      });
  SCOPED_TRACE(in_words(portrait));
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_EQ(portrait.threads.size(), 3U);
  EXPECT_EQ(portrait.sizes.quantile(0.5), 40);
  // Two in five are strings, and six in ten of those are too long for their object.
  EXPECT_NEAR(static_cast<double>(texts) / static_cast<double>(nodes), 0.42 * 0.58, 0.04);
  EXPECT_NEAR(portrait.growth.quantile(0.5), 200, 2);
  // What new made, sized delete ends.
  EXPECT_GT(portrait.count(Op::kDeleteSized), portrait.count(Op::kNew) * 7 / 10);
  // The reaper makes nothing; all it frees was made by others.
  EXPECT_EQ(portrait.threads[2].births, 0U);
  EXPECT_EQ(portrait.threads[2].remote_deaths, portrait.threads[2].deaths);
  EXPECT_GT(portrait.remote_share(), 0.05);
}

TEST(JsonTreeTest, WhatIsKeptIsWhatLives) {
  const Portrait none = portray(json_tree(1, {"kept-share=0"}));
  const Portrait some = portray(json_tree(1));
  EXPECT_EQ(none.threads[2].deaths, 0U);
  EXPECT_EQ(none.remote_deaths, 0U);
  EXPECT_GT(some.live_end_bytes, 4 * none.live_end_bytes);
  EXPECT_GT(some.life_events.quantile(0.99), 10 * none.life_events.quantile(0.5));
}

TEST(JsonTreeTest, EditsReplaceTextsAcrossThreads) {
  const Portrait none = portray(json_tree(1, {"edits=0"}));
  EXPECT_EQ(none.threads[0].remote_deaths, 0U);
  const Portrait many = portray(json_tree(1, {"edits=90%"}));
  EXPECT_GT(many.threads[0].remote_deaths, 100U);
}

}  // namespace
}  // namespace heapreel::tests
