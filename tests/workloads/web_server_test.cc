// What the web server says of itself, on what it does: arenas that go together, log lines and connections that cross
// threads, slow clients that hold on, bodies that grow.
#include <gtest/gtest.h>
#include <numeric>

#include "tests/workloads/portrait.h"

namespace heapreel::tests {
namespace {

using reel::Op;

workloads::GenerateRequest web_server(uint64_t seed, std::vector<std::string> parameters = {}) {
  return {
      .workload = "web-server", .output = "", .parameters = std::move(parameters), .seed = seed, .events = 1'500'000};
}

constexpr double kOpen = 1000;  // connections at a time

class WebServerTest : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, WebServerTest, ::testing::Values(1, 77));

TEST_P(WebServerTest, DoesWhatItSays) {
  uint64_t arenas = 0, bodies_grown = 0;
  const Portrait portrait =
      portray(web_server(GetParam()), [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
        arenas += event.op == Op::kMalloc && event.size == 4096;
        bodies_grown += event.op == Op::kRealloc;
      });
  SCOPED_TRACE(in_words(portrait));
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_EQ(portrait.threads.size(), 6U);
  const uint64_t requests = portrait.threads.back().remote_deaths;  // a line each, freed by the logger
  // A request takes an arena for its answer, and one or two for its headers.
  EXPECT_GT(arenas, 2 * requests);
  EXPECT_LT(arenas, 3 * requests);
  EXPECT_GT(bodies_grown, requests / 2);
  // The logger frees nothing else and makes nothing; the acceptor makes connections, of a score of requests each, and
  // frees none.
  EXPECT_EQ(portrait.threads.back().births, 0U);
  EXPECT_EQ(portrait.threads.front().deaths, 0U);
  EXPECT_NEAR((static_cast<double>(portrait.threads.front().births) - kOpen) * 20, static_cast<double>(requests),
              0.1 * static_cast<double>(requests));
  // One line a request, one connection a score of requests.
  EXPECT_NEAR(portrait.remote_share(), static_cast<double>(requests) * 1.05 / static_cast<double>(portrait.deaths),
              0.01);
  // What dies, dies soon; but slow clients hold a few answers for seconds.
  EXPECT_LT(portrait.life_ns.quantile(0.5), 1e6);
  EXPECT_GT(portrait.life_ns.quantile(0.999), 5e8);
}

TEST(WebServerTest, SlowClientsAreWhatFillsMemory) {
  const Portrait none = portray(web_server(1, {"slow-clients=0"}));
  const Portrait some = portray(web_server(1));
  EXPECT_GT(some.live_peak_bytes, 5 * none.live_peak_bytes);
}

TEST(WebServerTest, OnlyTemplatesAndLongTablesGrow) {
  const Portrait files = portray(web_server(1, {"templates=0"}));
  const Portrait pages = portray(web_server(1, {"templates=100%"}));
  EXPECT_GT(pages.count(Op::kRealloc), 20 * (files.count(Op::kRealloc) + 1));
  EXPECT_NEAR(static_cast<double>(pages.growth.quantile(0.5)), 200, 2);
}

TEST(WebServerTest, UploadsComeInBursts) {
  std::array<uint64_t, 10> pieces{};  // by the tenth of the time from burst to burst
  portray(web_server(1, {"upload-every=200ms"}), [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
    if (event.op == Op::kMalloc && event.size == 65'536) ++pieces[event.time % 200'000'000 / 20'000'000];
  });
  const uint64_t outside = std::accumulate(pieces.begin() + 2, pieces.end(), uint64_t{0});
  EXPECT_GT(pieces[0], 100U);
  EXPECT_LT(outside * 5, pieces[0]);
}

}  // namespace
}  // namespace heapreel::tests
