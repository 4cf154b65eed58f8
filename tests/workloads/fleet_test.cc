// A program by its profile: births, live counts and lifetimes are the profile's; and every way a profile can be none.
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <map>

#include "tests/trace_format/temporary.h"
#include "tests/workloads/requests.h"
#include "tools/workloads/fleet_profile.h"

namespace heapreel::tests {
namespace {

using workloads::parse_profile;

constexpr std::string_view kProfile =
    "16, 20000, 4000\n"  // a fifth of a second each
    "64,5000,5000\n"     // a second
    "1000,2000,200\r\n"  // a tenth
    "\n"
    "4096,100.5,50\n"  // half a second
    "48,0,1500\n"      // for good
    "96,400,0";        // not at all

struct Population {
  uint64_t births = 0;  // after the first moment
  double alive_ns = 0;  // the integral of the live count
  uint64_t alive = 0;
  uint64_t since_ns = 0;
  Spread lives_ns;
};

class FleetTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  workloads::GenerateRequest request(uint64_t seed, std::vector<std::string> parameters) {
    std::ofstream(folder_.file("p.csv"), std::ios::binary) << kProfile;
    auto made = request_of("fleet:" + folder_.file("p.csv"), seed, 0, std::move(parameters));
    made.duration_ns = 10'000'000'000;
    return made;
  }

  TemporaryFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(Seeds, FleetTest, ::testing::Values(1, 77));

std::map<uint64_t, Population> census(const workloads::GenerateRequest& request, Portrait& portrait) {
  std::map<uint64_t, Population> sizes;
  constexpr uint64_t kWarm = 100'000'000;
  portrait = portray(request, [&](const reel::Event& event, const LiveBlock* ended, const LiveBlocks&) {
    const uint64_t size = ended != nullptr ? ended->size : event.size;
    Population& each = sizes[size];
    const uint64_t time = std::max(event.time, kWarm);
    each.alive_ns += static_cast<double>(each.alive) * static_cast<double>(time - std::max(each.since_ns, kWarm));
    each.since_ns = time;
    if (ended != nullptr) {
      --each.alive;
      each.lives_ns.add(event.time - ended->born_ns);
    } else if (event.op == reel::Op::kNew) {
      ++each.alive;
      each.births += event.time > kWarm;
    }
  });
  for (auto& [size, each] : sizes)
    each.alive_ns +=
        static_cast<double>(each.alive) * static_cast<double>(portrait.end_ns - std::max(each.since_ns, kWarm));
  return sizes;
}

TEST_P(FleetTest, IsAsItsProfileSays) {
  Portrait portrait;
  auto sizes = census(request(GetParam(), {"live=0"}), portrait);
  SCOPED_TRACE(in_words(portrait));
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_NEAR(portrait.remote_share(), 0.2, 0.01);
  const double seconds = static_cast<double>(portrait.end_ns) / 1e9 - 0.1;
  const auto expect = [&](uint64_t size, double rate, double live) {
    const Population& each = sizes[size];
    EXPECT_NEAR(static_cast<double>(each.births) / seconds, rate, 0.03 * rate + 5 * std::sqrt(rate / seconds)) << size;
    EXPECT_NEAR(each.alive_ns / 1e9 / seconds, live, 0.06 * live + 2) << size;
  };
  expect(16, 20'000, 4000);
  expect(64, 5000, 5000);
  expect(1000, 2000, 200);
  expect(4096, 100.5, 50);
  expect(48, 0, 1500);
  expect(96, 400, 0);
  // Exponential, of the mean that Little's law gives.
  const Spread& lives = sizes[16].lives_ns;
  EXPECT_NEAR(lives.mean(), 0.2e9, 0.006e9);
  EXPECT_NEAR(lives.quantile(0.5), 0.2e9 * std::log(2), 0.006e9);
  EXPECT_NEAR(lives.quantile(0.9), 0.2e9 * std::log(10), 0.02e9);
}

TEST_P(FleetTest, ScalesCountsAndRatesAlike) {
  Portrait once, twice;
  auto half = request(GetParam(), {"live=0"});
  half.duration_ns = 5'000'000'000;
  half.scale = 0.5;
  auto small = census(half, once);
  auto full = half;
  full.scale = 1;
  auto whole = census(full, twice);
  EXPECT_NEAR(static_cast<double>(twice.live_peak_bytes) / static_cast<double>(once.live_peak_bytes), 2, 0.2);
  EXPECT_NEAR(static_cast<double>(twice.events) / static_cast<double>(once.events), 2, 0.05);
  EXPECT_NEAR(whole[64].lives_ns.mean(), small[64].lives_ns.mean(), 0.05 * small[64].lives_ns.mean());
}

TEST_F(FleetTest, LiveBytesAreWhatIsAskedFor) {
  for (const char* live : {"live=1M", "live=8M"}) {
    auto made = request(1, {live});
    made.duration_ns = 500'000'000;
    const double wanted = live[5] == '1' ? 1 << 20 : 8 << 20;
    EXPECT_NEAR(static_cast<double>(portray(made).live_end_bytes), wanted, 0.12 * wanted) << live;
  }
}

TEST_F(FleetTest, SizesAboveTheLargestAreLeftOut) {
  auto made = request(1, {"largest=1000", "live=0"});
  made.duration_ns = 1'000'000'000;
  EXPECT_EQ(portray(made).sizes.most(), 1000U);
  const auto nothing = workloads::prepare(request(1, {"largest=8"}));
  ASSERT_FALSE(nothing);
  EXPECT_NE(nothing.error().hint.find("largest"), std::string::npos);
}

TEST_F(FleetTest, WithoutRatesItStandsStillAndEnds) {
  std::ofstream(folder_.file("still.csv")) << "32,0,1000\n";
  const Portrait portrait = portray(request_of("fleet:" + folder_.file("still.csv"), 1, 0, {"live=0"}));
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_EQ(portrait.live_end_objects, 1000U);
  EXPECT_EQ(portrait.deaths, 0U);
}

TEST_F(FleetTest, ThreadsAndRemoteFreesAsAsked) {
  auto made = request(1, {"remote=100%", "live=0"});
  made.duration_ns = 2'000'000'000;
  EXPECT_EQ(portray(made).remote_share(), 1);
  made.threads = 1;
  EXPECT_EQ(portray(made).remote_share(), 0) << "there is nobody else";
}

TEST_F(FleetTest, FilesThatAreNone) {
  const auto missing = workloads::prepare(request_of("fleet:" + folder_.file("none.csv"), 1, 10));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, base::ErrorCode::kIo);
  EXPECT_NE(missing.error().what.find("none.csv"), std::string::npos);
  EXPECT_FALSE(workloads::prepare(request_of("fleet:" + folder_.path().string(), 1, 10))) << "a folder";
}

TEST(FleetProfileTest, ReadsItsLines) {
  const auto profile = parse_profile(kProfile, "p.csv");
  ASSERT_TRUE(profile) << profile.error().why;
  ASSERT_EQ(profile->rows.size(), 6U);
  EXPECT_EQ(profile->rows[2].size, 1000U);
  EXPECT_DOUBLE_EQ(profile->rows[3].births_per_second, 100.5);
  EXPECT_DOUBLE_EQ(profile->rows[4].live, 1500);
  EXPECT_TRUE(parse_profile("8,3.3e-08,1e-3", "p.csv")) << "as large programs have them";
}

TEST(FleetProfileTest, EveryLineThatIsWrongIsNamed) {
  struct Case {
    const char* text;
    const char* why;
  };
  const Case cases[] = {{"", "it is empty"},
                        {"\n\n  \n", "it is empty"},
                        {"16,0,0\n32,0,0\n", "every rate and every live count in it is 0"},
                        {"16,1\n", "line 1: it does not have three columns"},
                        {"16,1,2\n\n32,1,2,3\n", "line 3: it does not have three columns"},
                        {"16;1;2\n", "line 1: it does not have three columns"},
                        {"size,rate,live\n", "line 1: its size 'size' is not a number"},
                        {"16,1,2\n32,nan,2\n", "line 2: its rate 'nan' is not a number"},
                        {"16,1,inf\n", "line 1: its live count 'inf' is not a number"},
                        {"16,,2\n", "line 1: its rate '' is not a number"},
                        {"16,1x,2\n", "line 1: its rate '1x' is not a number"},
                        {"16,-1,2\n", "line 1: its rate is negative"},
                        {"16,1,-2\n", "line 1: its live count is negative"},
                        {"-16,1,2\n", "line 1: its size is negative"},
                        {"0,1,2\n", "line 1: its size is not a whole number of bytes"},
                        {"1.5,1,2\n", "line 1: its size is not a whole number of bytes"},
                        {"1e300,1,2\n", "line 1: its size is above 140737488355328"},
                        {"16,1e16,2\n", "line 1: its rate is above 1000000000000000"}};
  for (const Case& each : cases) {
    const auto profile = parse_profile(each.text, "p.csv");
    ASSERT_FALSE(profile) << each.text;
    EXPECT_EQ(profile.error().code, base::ErrorCode::kBadInput);
    EXPECT_EQ(profile.error().what, "cannot use p.csv as a profile");
    EXPECT_EQ(profile.error().why, each.why);
    EXPECT_NE(profile.error().hint.find("SIZE,ALLOCATIONS_PER_SECOND,LIVE_COUNT"), std::string::npos);
  }
}

TEST(FleetProfileTest, AnyBytesGiveAProfileOrAnError) {
  const std::string good(kProfile);
  for (size_t cut = 0; cut < good.size(); ++cut) {
    for (const char byte : {'\0', '\xff', ',', '\n', '-', '9'}) {
      std::string text = good.substr(0, cut) + byte + good.substr(cut);
      const auto profile = parse_profile(text, "p.csv");
      EXPECT_TRUE(profile ? !profile->rows.empty() : !profile.error().why.empty());
    }
  }
}

}  // namespace
}  // namespace heapreel::tests
