// Each finding fires where its figures lie beyond the threshold, and not where one of them lies just below.
#include "tools/advice/advice.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/advice/made_results.h"
#include "tools/advice/thresholds.h"

namespace heapreel::advice {
namespace {

using namespace tests;  // NOLINT: the words of these tests

std::vector<std::string> ids(const lab::Results& results) {
  std::vector<std::string> ids;
  for (const Finding& finding : advise(results)) ids.push_back(finding.id);
  return ids;
}

bool tells(const lab::Results& results, const std::string& id) { return std::ranges::count(ids(results), id) == 1; }

Finding the(const lab::Results& results, const std::string& id) {
  for (const Finding& finding : advise(results))
    if (finding.id == id) return finding;
  return {};
}

lab::AllocatorResult& glibc(lab::Results& results) { return results.allocators[0]; }
lab::AllocatorResult& jemalloc(lab::Results& results) { return results.allocators[1]; }

TEST(Advice, NothingStandsOut) { EXPECT_EQ(ids(made_results()), std::vector<std::string>{}); }

TEST(Advice, OfNothing) {
  EXPECT_TRUE(advise({}).empty());
  lab::Results results = made_results();
  results.workload.reset();
  EXPECT_TRUE(advise(results).empty());
}

lab::Results contended() {
  lab::Results results = made_results();
  set(glibc(results), "voluntary_switches", 1.2 * 10'000'000 / 1000);
  set_ratio(jemalloc(results).ns_per_op_to_reference, 0.8);
  return results;
}

TEST(Advice, Contention) {
  EXPECT_TRUE(tells(contended(), "contention"));
  EXPECT_EQ(the(contended(), "contention").severity, Severity::kAct);
  lab::Results results = contended();
  set(glibc(results), "voluntary_switches", 0.9 * 10'000'000 / 1000);
  EXPECT_FALSE(tells(results, "contention")) << "too few";
  results = contended();
  set(results.null, "voluntary_switches", 0.5 * 10'000'000 / 1000);
  EXPECT_FALSE(tells(results, "contention")) << "the harness has them, too";
  results = contended();
  set(jemalloc(results), "voluntary_switches", 0.7 * 10'000'000 / 1000);
  EXPECT_FALSE(tells(results, "contention")) << "the other has them, too";
  results = contended();
  jemalloc(results).ns_per_op_to_reference.tie = true;
  EXPECT_FALSE(tells(results, "contention")) << "nothing can be claimed";
  results = contended();
  results.reel.plan.threads_alive_max = 1;
  EXPECT_FALSE(tells(results, "contention"));
}

TEST(Advice, FailedGatesSilenceTheReplay) {
  lab::Results results = contended();
  results.gates.push_back({.number = 1, .name = "conservation", .state = lab::GateState::kWarning});
  EXPECT_TRUE(tells(results, "contention"));
  results.gates.back().state = lab::GateState::kFail;
  EXPECT_FALSE(tells(results, "contention"));
}

TEST(Advice, RemoteFrees) {
  lab::Results results = made_results();
  set_ratio(jemalloc(results).ns_per_op_to_reference, 0.8);
  results.workload->threads[0].remote_frees = 200'000;
  EXPECT_TRUE(tells(results, "remote-frees")) << "a tenth of 2 M";
  results.workload->threads[0].remote_frees = 199'999;
  EXPECT_FALSE(tells(results, "remote-frees"));
  results.workload->threads[0].remote_frees = 200'000;
  set_ratio(jemalloc(results).ns_per_op_to_reference, 1.2);
  EXPECT_FALSE(tells(results, "remote-frees")) << "nobody is quicker";
}

TEST(Advice, SharedLines) {
  lab::Results results = made_results();
  results.workload->sizes[0].remote_frees = 200'000;
  EXPECT_TRUE(tells(results, "shared-lines"));
  results.workload->sizes[0].remote_frees = 199'999;
  EXPECT_FALSE(tells(results, "shared-lines"));
  results.workload->sizes[0].remote_frees = 0;
  results.workload->sizes[1].remote_frees = 200'000;
  EXPECT_FALSE(tells(results, "shared-lines")) << "a kilobyte shares no line";
}

lab::Results holding() {
  lab::Results results = made_results();
  for (lab::TimelinePoint& point : glibc(results).timeline)
    if (point.t_ns > 2'000'000'000) point.rss_bytes = static_cast<uint64_t>((47 + 26) * kMega);
  return results;
}

TEST(Advice, HeldAfterPeak) {
  EXPECT_TRUE(tells(holding(), "held-after-peak")) << "26 MiB are over a quarter of 100 MiB";
  EXPECT_EQ(the(holding(), "held-after-peak").severity, Severity::kConsider);
  EXPECT_NE(the(holding(), "held-after-peak").action.find("--set glibc:MALLOC_TRIM_THRESHOLD_"), std::string::npos);
  lab::Results results = holding();
  set_ratio(jemalloc(results).memory_to_reference["rss_mean_bytes"], 0.8);
  EXPECT_EQ(the(results, "held-after-peak").severity, Severity::kAct) << "another one gives it back";
  results = holding();
  set(glibc(results), "rss_peak_bytes", 105 * kMega);
  EXPECT_FALSE(tells(results, "held-after-peak")) << "less than a quarter";
  results = holding();
  results.reel.plan.live_peak_bytes = static_cast<uint64_t>(93 * kMega);
  EXPECT_FALSE(tells(results, "held-after-peak")) << "live bytes are still half of their peak";
  results = holding();
  results.reel.plan.live_peak_time_ns = 9'100'000'000;
  EXPECT_FALSE(tells(results, "held-after-peak")) << "the peak is too late to tell";
  results = holding();
  results.config.stop_at_seq = 1000;
  EXPECT_FALSE(tells(results, "held-after-peak")) << "only a part was replayed";
}

TEST(Advice, HugePages) {
  lab::Results results = made_results();
  set(glibc(results), "rss_end_bytes", 62 * kMega);
  glibc(results).huge_bytes = 40 * kMega;
  EXPECT_TRUE(tells(results, "huge-pages")) << "13 MiB beyond 49 live ones";
  set(glibc(results), "rss_end_bytes", 60 * kMega);
  EXPECT_FALSE(tells(results, "huge-pages")) << "11 MiB are less than a quarter of 49";
  set(glibc(results), "rss_end_bytes", 62 * kMega);
  glibc(results).huge_bytes = 30 * kMega;
  EXPECT_FALSE(tells(results, "huge-pages")) << "most memory is not in huge pages";
}

// A resident peak of 20 MiB, fetched 4 times over by 20,500 faults.
lab::Results thrashing() {
  lab::Results results = made_results();
  results.machine.page_bytes = 4096;
  set(glibc(results), "rss_peak_bytes", 20 * kMega);
  set(glibc(results), "minor_faults", 20'500);
  set(jemalloc(results), "minor_faults", 10'200);
  return results;
}

TEST(Advice, SettingsAreMeasuredBesideTheAllocatorWithoutThem) {
  lab::Results results = thrashing();
  glibc(results).library = "/lib/libc.so.6";
  EXPECT_NE(the(results, "mmap-threshold")
                .action.find("`heapreel replay --allocators glibc,tuned=/lib/libc.so.6 "
                             "--set tuned:MALLOC_MMAP_THRESHOLD_=33554432 --set tuned:MALLOC_TRIM_THRESHOLD_=268435456 "
                             "a.reel`"),
            std::string::npos);
}

TEST(Advice, MmapThreshold) {
  EXPECT_TRUE(tells(thrashing(), "mmap-threshold"));
  EXPECT_NE(the(thrashing(), "mmap-threshold").action.find("--set glibc:MALLOC_MMAP_THRESHOLD_"), std::string::npos);
  EXPECT_NE(the(thrashing(), "mmap-threshold").action.find("--set glibc:MALLOC_TRIM_THRESHOLD_"), std::string::npos);
  lab::Results results = thrashing();
  set(jemalloc(results), "minor_faults", 10'300);
  EXPECT_FALSE(tells(results, "mmap-threshold")) << "less than twice as many";
  results = thrashing();
  set(glibc(results), "rss_peak_bytes", 20.1 * kMega);
  EXPECT_FALSE(tells(results, "mmap-threshold")) << "fetched less than four times";
  results = thrashing();
  set(glibc(results), "rss_peak_bytes", 2 * kMega);
  set(glibc(results), "minor_faults", 10'900);
  set(jemalloc(results), "minor_faults", 1'000);
  EXPECT_FALSE(tells(results, "mmap-threshold")) << "too few to matter";
  results = thrashing();
  glibc(results).name = results.config.reference = "other";
  glibc(results).version = "1";
  EXPECT_FALSE(tells(results, "mmap-threshold")) << "glibc is not among them";
}

lab::Results poolable() {
  lab::Results results = made_results();
  results.references = {made_row("pool")};
  set(results.references[0], "ns_per_op_net", 10);
  set_ratio(results.references[0].ns_per_op_to_reference, 0.5);
  lab::ReferenceRuns runs{.runs = 3};
  runs.cpu_s = 1.5;
  results.program.emplace();
  results.program->references = runs;
  return results;
}

TEST(Advice, PoolPays) {
  EXPECT_TRUE(tells(poolable(), "pool-pays")) << "20 ns of 4 M calls are 0.08 s of 1.5";
  lab::Results results = poolable();
  results.program->references->cpu_s = 1.7;
  EXPECT_FALSE(tells(results, "pool-pays")) << "less than a twentieth";
  results = poolable();
  set(jemalloc(results), "ns_per_op_net", 14);
  EXPECT_FALSE(tells(results, "pool-pays")) << "jemalloc is nearly as good";
  results = poolable();
  results.references[0].ns_per_op_to_reference.tie = true;
  EXPECT_FALSE(tells(results, "pool-pays"));
  results = poolable();
  results.program.reset();
  EXPECT_FALSE(tells(results, "pool-pays")) << "of what processor time, nobody knows";
}

lab::Results small_ones() {
  lab::Results results = made_results();
  results.workload->sizes[1].bytes = 47'000'000;
  results.reel.plan.live_peak_bytes = static_cast<uint64_t>(80 * kMega);
  return results;
}

TEST(Advice, SmallObjects) {
  EXPECT_TRUE(tells(small_ones(), "small-objects")) << "100 MiB for 80";
  EXPECT_EQ(the(small_ones(), "small-objects").severity, Severity::kNote);
  lab::Results results = small_ones();
  set_ratio(jemalloc(results).memory_to_reference["rss_peak_bytes"], 0.97);
  EXPECT_EQ(the(results, "small-objects").severity, Severity::kConsider);
  results = small_ones();
  results.reel.plan.live_peak_bytes = static_cast<uint64_t>(81 * kMega);
  EXPECT_FALSE(tells(results, "small-objects"));
  results = small_ones();
  results.workload->sizes[1].bytes = 49'000'000;
  EXPECT_FALSE(tells(results, "small-objects")) << "most bytes are in larger ones";
}

lab::Results lighter() {
  lab::Results results = made_results();
  set(jemalloc(results), "rss_peak_bytes", 90 * kMega);
  set_ratio(jemalloc(results).memory_to_reference["rss_peak_bytes"], 0.9);
  return results;
}

TEST(Advice, ProcessesPerNode) {
  EXPECT_TRUE(tells(lighter(), "processes-per-node"));
  const Finding finding = the(lighter(), "processes-per-node");
  EXPECT_EQ(finding.severity, Severity::kConsider);
  ASSERT_EQ(finding.evidence.size(), 6U);
  EXPECT_EQ(finding.evidence[0].value, 10) << "glibc in 1 GiB: 1024 / 100";
  EXPECT_EQ(finding.evidence[5].value, 182) << "jemalloc in 16 GiB: 16384 / 90";
  lab::Results results = lighter();
  jemalloc(results).memory_to_reference["rss_peak_bytes"].tie = true;
  EXPECT_FALSE(tells(results, "processes-per-node"));
  results = lighter();
  set(jemalloc(results), "rss_peak_bytes", 96 * kMega);
  EXPECT_FALSE(tells(results, "processes-per-node")) << "less than 5 % more";
  results = lighter();
  results.program.emplace();
  results.program->timeline = {{.t_ns = 0, .rss_bytes = 0, .non_malloc_bytes = static_cast<uint64_t>(400 * kMega)}};
  EXPECT_FALSE(tells(results, "processes-per-node")) << "beside 400 MiB it does not matter";
}

TEST(Advice, ProcessesPerNodeByPrediction) {
  lab::Results results = made_results();
  glibc(results).predicted["rss_peak_bytes"] = {.value = 100 * kMega, .low = 98 * kMega, .high = 102 * kMega};
  jemalloc(results).predicted["rss_peak_bytes"] = {.value = 80 * kMega, .low = 79 * kMega, .high = 81 * kMega};
  EXPECT_EQ(the(results, "processes-per-node").severity, Severity::kAct);
  EXPECT_EQ(the(results, "processes-per-node").evidence[0].value, 10) << "1024 / 102, the upper end";
  jemalloc(results).predicted["rss_peak_bytes"].high = 99 * kMega;
  EXPECT_FALSE(tells(results, "processes-per-node")) << "the intervals meet";
}

lab::Results growing_blocks() {
  lab::Results results = made_results();
  results.workload->reallocs = {.calls = 1000, .grow = 1000, .moved = 500, .chain_length_max = 100};
  results.workload->reallocs.chains = {{16, 10, 1 << 30, 1}, {128, 10, 80 << 20, 10 << 20}};
  return results;
}

TEST(Advice, ReallocGrowth) {
  EXPECT_TRUE(tells(growing_blocks(), "realloc-growth"));
  EXPECT_EQ(the(growing_blocks(), "realloc-growth").severity, Severity::kConsider);
  lab::Results results = growing_blocks();
  results.workload->reallocs.moved = 99;
  EXPECT_EQ(the(results, "realloc-growth").severity, Severity::kNote) << "nearly all grew in place";
  results = growing_blocks();
  results.workload->reallocs.chains[1].final_bytes = 11 << 20;
  EXPECT_FALSE(tells(results, "realloc-growth")) << "copied less than eight times";
  results = growing_blocks();
  results.workload->reallocs.chains[1] = {128, 10, 63 << 20, 1 << 20};
  EXPECT_FALSE(tells(results, "realloc-growth")) << "too little to matter";
}

// 60 KiB in each hundredth of the record, none of it freed; live bytes rise by it.
lab::Results leaking() {
  lab::Results results = made_results();
  std::ranges::fill(results.workload->never_freed.bytes_by_birth, 100 << 10);
  for (lab::TimelinePoint& point : glibc(results).timeline) point.live_bytes = point.t_ns / 1'000'000'000 * (1 << 20);
  return results;
}

TEST(Advice, NeverFreed) {
  EXPECT_TRUE(tells(leaking(), "never-freed")) << "7 MB in 7 s";
  EXPECT_NEAR(the(leaking(), "never-freed").evidence[3].value, 3600.0 * 1000 * 1024, 1e6);
  lab::Results results = leaking();
  auto& births = results.workload->never_freed.bytes_by_birth;
  std::fill(births.begin() + 50, births.begin() + 60, 10 << 10);
  EXPECT_FALSE(tells(results, "never-freed")) << "a pause: it does not come steadily";
  results = leaking();
  std::ranges::fill(results.workload->never_freed.bytes_by_birth, 0);
  results.workload->never_freed.bytes_by_birth[5] = results.workload->never_freed.bytes_by_birth[99] = 500 << 20;
  EXPECT_FALSE(tells(results, "never-freed")) << "data from the start, and what was in use at the end";
  results = leaking();
  for (lab::TimelinePoint& point : glibc(results).timeline) point.live_bytes = 50 << 20;
  EXPECT_FALSE(tells(results, "never-freed")) << "live bytes do not rise";
  results = leaking();
  results.reel.plan.live_peak_bytes = static_cast<uint64_t>(200 * kMega);
  EXPECT_FALSE(tells(results, "never-freed")) << "it is too little of what lives";
}

}  // namespace
}  // namespace heapreel::advice
