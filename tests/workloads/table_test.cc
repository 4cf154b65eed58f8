// What holds of every workload: a legal stream whatever the number of threads, the same one for the same seed, as long
// as it was asked to be, and memory for what is alive only.
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <unistd.h>

#include "tests/trace_format/temporary.h"
#include "tests/workloads/requests.h"

namespace heapreel::tests {
namespace {

using workloads::GenerateRequest;
using workloads::WorkloadSpec;

class EveryWorkload : public ::testing::TestWithParam<const WorkloadSpec*> {
 protected:
  // Those that take an argument get a profile of a few sizes.
  GenerateRequest request(uint64_t events, uint64_t seed = 1) const {
    std::string name(GetParam()->name);
    if (!GetParam()->argument.empty()) {
      std::ofstream(folder_.file("profile.csv")) << "16,50000,4000\n64,20000,10000\n4096,500,100\n100000,3,2\n";
      name += ":" + folder_.file("profile.csv");
    }
    return request_of(name, seed, events);
  }

 private:
  TemporaryFolder folder_;
};

std::string in_letters(const ::testing::TestParamInfo<const WorkloadSpec*>& info) {
  std::string name(info.param->name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Table, EveryWorkload,
                         ::testing::ValuesIn(workloads::workload_table().begin(), workloads::workload_table().end()),
                         in_letters);

TEST_P(EveryWorkload, IsLegalWithAnyThreads) {
  const WorkloadSpec& spec = *GetParam();
  for (const uint32_t threads : {spec.threads_least, spec.threads, std::min(2 * spec.threads, spec.threads_most)}) {
    GenerateRequest each = request(40'000);
    each.threads = threads;
    const Portrait portrait = portray(each);
    EXPECT_TRUE(portrait.faults.empty()) << threads << " threads\n" << in_words(portrait);
    EXPECT_EQ(portrait.threads.size(), threads);
    EXPECT_EQ(portrait.events, 40'000U);
  }
}

TEST_P(EveryWorkload, IsAsLongAsAsked) {
  for (const uint64_t events : {1, 2, 1000, 20'001}) EXPECT_EQ(portray(request(events)).events, events);
}

TEST_P(EveryWorkload, IsTheSameForTheSameSeed) {
  const std::string once = portray(request(30'000)).content_id;
  EXPECT_EQ(portray(request(30'000)).content_id, once);
  // Nothing in the classic experiment is left to chance.
  if (GetParam()->name == "fragmentation")
    EXPECT_EQ(portray(request(30'000, 2)).content_id, once);
  else
    EXPECT_NE(portray(request(30'000, 2)).content_id, once);
}

TEST_P(EveryWorkload, EndsWhenItsTimeIsUp) {
  const Portrait whole = portray(request(30'000));
  GenerateRequest half = request(0);
  half.duration_ns = whole.start_ns + (whole.end_ns - whole.start_ns) / 2;
  uint64_t before = 0;
  portray(request(30'000), [&](const reel::Event& event, const LiveBlock*, const LiveBlocks&) {
    before += event.time <= half.duration_ns;
  });
  const Portrait portrait = portray(half);
  EXPECT_TRUE(portrait.faults.empty());
  EXPECT_LE(portrait.end_ns, half.duration_ns);
  EXPECT_EQ(portrait.events, before) << "as the first half of the longer one";
}

// A quarter of its events are enough for a fifth of what is alive.
TEST_P(EveryWorkload, ScaleMultipliesWhatIsAlive) {
  GenerateRequest once = request(GetParam()->events / 4);
  const std::map<std::string_view, double> scales{
      {"large", 8}, {"web-server", 0.03}, {"market-data", 0.005}, {"documents", 0.25}};
  once.scale = scales.contains(GetParam()->name) ? scales.at(GetParam()->name) : 0.1;
  if (GetParam()->name == "market-data") once.parameters = {"burst=1"};  // a backlog knows no scale
  GenerateRequest twice = once;
  twice.scale *= 2;
  const Portrait small = portray(once);
  const Portrait large = portray(twice);
  const double ratio = static_cast<double>(large.live_peak_objects) /
                       static_cast<double>(std::max<uint64_t>(1, small.live_peak_objects));
  EXPECT_GT(ratio, 1.4) << in_words(small) << in_words(large);
  EXPECT_LT(ratio, 2.8) << in_words(small) << in_words(large);
}

TEST_P(EveryWorkload, SaysWhatItIs) {
  const WorkloadSpec& spec = *GetParam();
  EXPECT_LE(spec.summary.size(), 72U) << "a list of 80 columns wraps it once at most";
  EXPECT_NE(spec.description.find("Where the figures come from: "), std::string_view::npos);
  std::set<std::string_view> names;
  for (const workloads::ParameterSpec& each : spec.parameters) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name << " twice";
    EXPECT_FALSE(each.help.empty()) << each.name;
  }
}

TEST_P(EveryWorkload, TakesTheBoundsOfItsParameters) {
  // Those that set how much there is at once are left alone: their most is more than a test has memory for.
  for (const workloads::ParameterSpec& each : GetParam()->parameters) {
    if (each.kind != workloads::ParameterKind::kShare && each.kind != workloads::ParameterKind::kDuration) continue;
    for (const double bound : {each.least, each.most}) {
      GenerateRequest extreme = request(20'000);
      const bool is_share = each.kind == workloads::ParameterKind::kShare;
      extreme.parameters = {std::string(each.name) + "=" +
                            (is_share ? std::to_string(bound) : std::to_string(static_cast<uint64_t>(bound)))};
      const Portrait portrait = portray(extreme);
      EXPECT_TRUE(portrait.faults.empty()) << extreme.parameters[0] << "\n" << in_words(portrait);
      EXPECT_EQ(portrait.events, 20'000U) << extreme.parameters[0];
    }
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// How much memory a workload takes more after `to` events than after `from`.
int64_t growth_bytes(const GenerateRequest& request, uint64_t from, uint64_t to) {
  const auto production = workloads::prepare(request);
  EXPECT_TRUE(production);
  reel::EventBatch batch;
  const auto go_on = [&](uint64_t until) {
    while (production->stage->events() < until) EXPECT_TRUE(*production->stage->next(batch));
  };
  go_on(from);
  const uint64_t before = resident_bytes();
  go_on(to);
  return static_cast<int64_t>(resident_bytes()) - static_cast<int64_t>(before);
}

constexpr int64_t kFewBytes = 6 << 20;

TEST(Memory, IsThatOfWhatIsAlive) {
  EXPECT_LT(growth_bytes(request_of("churn", 1, 20'000'000), 2'000'000, 20'000'000), kFewBytes);
  EXPECT_LT(growth_bytes(request_of("producer-consumer", 1, 8'000'000), 2'000'000, 8'000'000), kFewBytes);
}

TEST_P(EveryWorkload, TakesNoMoreMemoryTheLongerItRuns) {
  GenerateRequest small = request(2'000'000);
  small.scale = 0.02;
  EXPECT_LT(growth_bytes(small, 800'000, 2'000'000), kFewBytes);
}

// The control: a queue that is never drained is seen to grow.
TEST(Memory, OfAQueueThatIsNeverDrainedGrows) {
  const auto endless = request_of("producer-consumer", 1, 4'000'000, {"queue=1G", "load=200%"});
  EXPECT_GT(growth_bytes(endless, 1'000'000, 4'000'000), 2 * kFewBytes);
}
#endif

}  // namespace
}  // namespace heapreel::tests
