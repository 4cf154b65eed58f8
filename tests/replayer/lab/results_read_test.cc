// results.json comes back as it was written; what is no results.json is refused by the name of its field.
#include "replayer/lab/results_read.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>

namespace heapreel::lab {
namespace {

Metric metric(double value) { return {.estimate = {value, value * 0.9, value * 1.1}, .samples = {value, value * 1.1}}; }

AllocatorResult full_row(const std::string& name) {
  AllocatorResult row{.name = name, .library = "/lib/" + name + ".so", .version = name + " 1.2", .build_id = "ab"};
  row.link = "preload";
  row.settings = {"MALLOC_CONF=narenas:1"};
  row.verified = true;
  row.proof = "malloc free";
  row.metrics = {{"ns_per_op", metric(12.5)},     {"ns_per_op_net", metric(-0.5)},   {"rss_peak_bytes", metric(8e6)},
                 {"rss_mean_bytes", metric(6e6)}, {"lazy_free_bytes", metric(4096)}, {"huge_bytes", metric(0)}};
  row.ns_per_op_to_reference = {.ratio = {0.8, 0.75, 0.85}, .tie = false, .drift = -0.25, .drifts = true};
  row.ops_per_s_to_reference = {.ratio = {1.25, 1.2, 1.3}, .tie = false};
  row.memory_to_reference["rss_peak_bytes"] = {.ratio = {1.1, 1.05, 1.15}, .tie = false};
  row.wait_share = 0.25;
  row.sleeping_calls = 3;
  row.clock_warped = true;
  CallLatency latency{.call = "malloc", .count = 1000, .max_ns = 1234.5};
  latency.ns = {10, 20, 30, 40, 50};
  latency.p999_samples = {39, 41};
  latency.resolved = {false, true, true, true, false};
  row.latency = {latency};
  latency.size_class = 5;
  latency.remote = 1;
  row.latency_detail = {latency};
  row.timeline = {{.t_ns = 1, .op = 2, .rss_bytes = 3, .live_bytes = 4}};
  row.predicted["rss_peak_bytes"] = {.value = 9e6, .low = 8e6, .high = 1e7};
  row.predicted["cpu_s_delta"] = {.value = -0.5, .low = -1, .high = 0.25};
  row.predicted_json = R"({"rss_peak_bytes":{"value":9000000,"interval":[8000000,10000000]},)"
                       R"("cpu_s_delta":{"value":-0.5,"interval":[-1.0,0.25]}})";
  return row;
}

Results full_results() {
  Results results{.producer_version = "0.1.0", .command = {"heapreel", "replay", "a \"b\".reel"}};
  results.made_at = "2026-11-22T02:40:00Z";
  results.reel = {.id = "ff00", .path = "a.reel", .events = 100, .threads = 2, .duration_ns = 5'000'000'000};
  results.reel.plan.ops = 90;
  results.reel.plan.ops_by_kind[static_cast<size_t>(plan::Kind::kTouch)] = 10;
  results.reel.plan.live_peak_bytes = 7'000'000;
  results.reel.plan.policies.unknown_frees = 4;
  results.machine = {.cpu = "A CPU", .cores = 2, .kernel = "6.1", .libc = "glibc 2.36", .page_bytes = 4096};
  results.config = {.pace = "fast", .memory_pace = "virtual", .order = "window", .touch = "recorded", .rounds = 2};
  results.config.cpus = {0, 3};
  results.config.reference = "glibc";
  results.null = full_row("null");
  results.aa = {.ratio = {1.01, 0.99, 1.02}, .claimable = 0.02};
  results.allocators = {full_row("glibc"), full_row("jemalloc")};
  AllocatorResult failed{.name = "broken", .failure = "crashed", .detail = "signal 11", .failed_pass = "verify"};
  results.allocators.push_back(failed);
  results.gates = {
      {.number = 0, .name = "losses", .state = GateState::kWarning, .text = "some", .figures = {{"share", 0.1}}},
      {.number = 6, .name = "pace", .state = GateState::kSkipped, .text = "not kept"}};
  results.self_check = {.level = "red",
                        .text = "red: peak +7 %",
                        .reasons = {"it is 7 % off"},
                        .json = R"({"level":"red","reasons":["it is 7 % off"],"figures":null})"};
  results.warnings = {"a warning"};
  results.wall_s = 1.5;
  return results;
}

std::string error_of(const std::string& json) {
  const auto results = read_results(json, "x.json");
  return results ? "" : results.error().what + ": " + results.error().why;
}

// `json` with the first match of `pattern` replaced.
std::string changed(const std::string& json, const std::string& pattern, const std::string& into) {
  const std::string after =
      std::regex_replace(json, std::regex(pattern), into, std::regex_constants::format_first_only);
  EXPECT_NE(after, json) << pattern;
  return after;
}

TEST(ResultsRead, GivesBackWhatWasWritten) {
  const std::string json = results_json(full_results());
  const auto read = read_results(json, "x.json");
  ASSERT_TRUE(read) << read.error().why;
  EXPECT_EQ(results_json(*read), json);
  EXPECT_EQ(read->allocators[1].predicted.at("cpu_s_delta").low, -1);
  EXPECT_EQ(read->allocators[1].predicted.count("rss_mean_bytes"), 0u);
  EXPECT_EQ(read->self_check.reasons, (std::vector<std::string>{"it is 7 % off"}));
  EXPECT_TRUE(read->any_failed());
}

TEST(ResultsRead, NamesTheFieldThatIsWrong) {
  const std::string json = results_json(full_results());
  EXPECT_EQ(error_of(changed(json, R"("rounds":2)", R"("rounds":-2)")),
            "cannot read x.json: config.rounds is -2: not a whole number from 0 on");
  EXPECT_EQ(error_of(changed(json, R"("aa":\{"ratio":\{"median":1.01)", R"("aa":{"ratio":{"median":null)")),
            "cannot read x.json: aa.ratio.median is null, not a number");
  EXPECT_EQ(error_of(changed(json, R"("wall_s":1.5)", R"("wall_s":-1.5)")),
            "cannot read x.json: wall_s is -1.5: it cannot be negative");
  EXPECT_EQ(error_of(changed(json, R"x((.*)"state":"warning")x", R"($1"state":"fine")")),
            "cannot read x.json: fidelity.losses.state is 'fine', no state of ours");
  EXPECT_EQ(error_of(changed(json, R"("kernel":"6.1",)", "")), "cannot read x.json: machine.kernel is missing");
  EXPECT_EQ(error_of(changed(json, R"("wall_s":1.5)", R"("wall_s":NaN)")),
            "cannot read x.json: it is no JSON, or was cut off");
  EXPECT_NE(error_of(changed(json, R"("wall_s":1.5)", R"("wall_s":1e999)")), "");
}

TEST(ResultsRead, ATimeNetOfTheHarnessMayBeNegativeAndNoOther) {
  const std::string json = results_json(full_results());
  EXPECT_EQ(error_of(json), "");
  EXPECT_EQ(error_of(changed(json, R"("ns_per_op":\{"median":12.5)", R"("ns_per_op":{"median":-12.5)")),
            "cannot read x.json: null.ns_per_op.median is -12.5: it cannot be negative");
}

TEST(ResultsRead, OtherSchemasAreToldApart) {
  const std::string json = results_json(full_results());
  EXPECT_EQ(error_of(changed(json, "results/1", "results/2")),
            "cannot read x.json: its schema is heapreel.results/2, and this heapreel reads heapreel.results/1");
  EXPECT_EQ(error_of(changed(json, "heapreel.results/1", "heapreel.info/1")),
            "cannot read x.json: its schema is 'heapreel.info/1', not heapreel.results/1");
  EXPECT_EQ(error_of("[1,2]"), "cannot read x.json: it is JSON, but says no schema: these are no results of a replay");
}

// Wherever it is cut: an error, and never a crash.
TEST(ResultsRead, ACutFileIsAnError) {
  const std::string json = results_json(full_results());
  for (size_t length = 0; length + 2 < json.size(); length += 7) EXPECT_NE(error_of(json.substr(0, length)), "");
}

TEST(ResultsRead, AFileHoldsSeveralReels) {
  const std::string path = testing::TempDir() + "results_read_test.json";
  std::ofstream(path) << results_json(full_results()) << results_json(full_results());
  const auto file = read_results_file(path);
  ASSERT_TRUE(file) << file.error().why;
  EXPECT_EQ(file->results.size(), 2u);
  std::ofstream(path, std::ios::app) << "{\"schema\":";
  const auto cut = read_results_file(path);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().what, "cannot read " + path + ", line 3");
  std::remove(path.c_str());
}

TEST(ResultsRead, ATuningHoldsTheResultsOfItsFinal) {
  const std::string path = testing::TempDir() + "results_read_tune.json";
  std::ofstream(path) << R"({"schema":"heapreel.tune/1","results":)" << results_json(full_results()) << "}";
  const auto file = read_results_file(path);
  ASSERT_TRUE(file) << file.error().why;
  EXPECT_EQ(file->results.front().config.reference, "glibc");
  std::ofstream(path) << R"({"schema":"heapreel.tune/1"})";
  EXPECT_FALSE(read_results_file(path));
  std::remove(path.c_str());
}

}  // namespace
}  // namespace heapreel::lab
