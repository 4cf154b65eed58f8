// Who is chosen, and above all when nobody is: a verdict never claims what the figures do not.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/verdict/made_results.h"
#include "tools/verdict/verdict.h"

namespace heapreel::verdict {
namespace {

const Choice& choice(const Verdict& verdict, const std::string& aim) {
  return *std::ranges::find(verdict.choices, aim, &Choice::aim);
}
const Row& row(const Verdict& verdict, const std::string& name) {
  return *std::ranges::find(verdict.rows, name, &Row::name);
}
bool mentions(const std::vector<std::string>& sentences, const std::string& text) {
  return std::ranges::any_of(sentences, [&](const std::string& it) { return it.find(text) != std::string::npos; });
}

Made fast(const char* name) { return {.name = name, .ns = 10, .against_ns = 0.6, .against_ns_width = 0.02}; }
Made small(const char* name) { return {.name = name, .peak_mib = 80, .against_peak = 0.8}; }

TEST(Judge, TheFastestAndTheSmallestAreChosen) {
  const Verdict verdict = judge(made_results({{.name = "glibc"}, fast("quick"), small("lean")}));
  EXPECT_TRUE(verdict.recommends);
  EXPECT_EQ(choice(verdict, "speed").take, "quick");
  EXPECT_EQ(choice(verdict, "memory").take, "lean");
  EXPECT_TRUE(choice(verdict, "tail").stay);
  EXPECT_EQ(verdict.headline, "Take quick for speed, lean for memory.");
  EXPECT_TRUE(row(verdict, "quick").pareto);
  EXPECT_TRUE(row(verdict, "lean").pareto);
  EXPECT_FALSE(row(verdict, "glibc").pareto);
  ASSERT_EQ(verdict.deploy.size(), 2u);
  EXPECT_EQ(verdict.deploy[0].environment, (std::vector<std::string>{"LD_PRELOAD=/usr/lib/libquick.so.2"}));
}

// The control to the one above: the same medians, but no surer than the reference is of itself.
TEST(Judge, ADifferenceThatCannotBeClaimedIsNone) {
  Made unsure = fast("quick");
  unsure.against_ns_width = 0.4;
  const Verdict verdict = judge(made_results({{.name = "glibc"}, unsure}));
  EXPECT_TRUE(choice(verdict, "speed").stay);
  EXPECT_EQ(verdict.headline, "Stay with glibc: nothing measured here can be claimed to beat it.");
  EXPECT_TRUE(verdict.deploy.empty());
  EXPECT_EQ(row(verdict, "quick").cell("ns_per_op_net")->tie, true);
  const Verdict noisy = judge(made_results({{.name = "glibc"}, fast("quick")}, 0.5));
  EXPECT_TRUE(choice(noisy, "speed").stay) << "the reference differs from itself by more";
}

TEST(Judge, TwoThatCannotBeToldApartAreNamedBoth) {
  const Verdict verdict = judge(made_results({{.name = "glibc"}, fast("one"), fast("two")}));
  EXPECT_EQ(choice(verdict, "speed").take, "one");
  EXPECT_EQ(choice(verdict, "speed").tied, (std::vector<std::string>{"two"}));
  EXPECT_TRUE(mentions(verdict.sentences, "two cannot be told from it"));
}

// As fast as the fastest by all that can be said, and smaller: the fastest by a hair is no reason to waste memory.
TEST(Judge, OfThoseTiedInSpeedTheSmallerIsTaken) {
  Made hungry = fast("hungry"), modest = fast("modest");
  hungry.against_ns = 0.59, hungry.ns = 9.9;
  hungry.peak_mib = 200, hungry.against_peak = 2;
  const Verdict verdict = judge(made_results({{.name = "glibc"}, hungry, modest}));
  EXPECT_EQ(choice(verdict, "speed").take, "modest");
  EXPECT_EQ(choice(verdict, "speed").tied, (std::vector<std::string>{"hungry"}));
  EXPECT_FALSE(row(verdict, "hungry").pareto);
  hungry.against_ns = 0.4, hungry.ns = 5;  // the control: now it is faster
  EXPECT_EQ(choice(judge(made_results({{.name = "glibc"}, hungry, modest})), "speed").take, "hungry");
}

TEST(Judge, TooFewRoundsClaimNothing) {
  lab::Results results = made_results({{.name = "glibc"}, fast("quick"), small("lean")});
  results.config.rounds = results.config.memory_rounds = 1;
  for (lab::AllocatorResult& it : results.allocators)
    for (auto& [name, value] : it.metrics) value.samples.resize(1);
  for (lab::AllocatorResult& it : results.allocators) it.latency.front().p999_samples.resize(1);
  const Verdict verdict = judge(results);
  EXPECT_TRUE(mentions(verdict.sentences, "too few to claim a difference"));
  EXPECT_TRUE(verdict.deploy.empty());
}

TEST(Judge, ARedOrRefusedSelfCheckRecommendsNothing) {
  for (const char* level : {"red", "refused"}) {
    lab::Results results = made_results({{.name = "glibc"}, fast("quick")});
    results.self_check = {.level = level, .text = std::string(level) + ": peak +9.0 %", .reasons = {"it is off"}};
    const Verdict verdict = judge(results);
    EXPECT_FALSE(verdict.recommends);
    EXPECT_TRUE(verdict.deploy.empty());
    EXPECT_EQ(verdict.headline, std::string("No recommendation: the self-check is ") + level + ".");
    EXPECT_TRUE(mentions(verdict.sentences, "peak +9.0 %"));
    EXPECT_FALSE(mentions(verdict.sentences, "less processor time"));
  }
}

// Made and imported reels: there is no program that the replay could be wrong about.
TEST(Judge, WithoutAProgramTheReplayStandsAlone) {
  lab::Results results = made_results({{.name = "glibc"}, fast("quick")});
  results.self_check = {.level = "refused", .text = "refused: the reel does not say"};
  EXPECT_FALSE(judge(results).recommends);
  results.program.reset();
  const Verdict verdict = judge(results);
  EXPECT_TRUE(verdict.recommends);
  EXPECT_EQ(verdict.level, "replay");
  EXPECT_TRUE(mentions(verdict.sentences, "was not checked"));
  EXPECT_TRUE(mentions(verdict.not_measured, "the program itself"));
}

TEST(Judge, AFailedGateRecommendsNothing) {
  lab::Results results = made_results({{.name = "glibc"}, fast("quick")});
  results.gates = {{.number = 3, .name = "live bytes", .state = lab::GateState::kFail, .text = "peak +3 %"}};
  EXPECT_FALSE(judge(results).recommends);
  results.gates[0].state = lab::GateState::kWarning;
  EXPECT_TRUE(judge(results).recommends);
}

// With a green self-check memory is what is predicted of the program, and its intervals decide.
TEST(Judge, APredictionLeads) {
  lab::Results results = made_results({{.name = "glibc"}, small("lean"), fast("quick")});
  results.self_check = {.level = "green", .text = "green: peak +0.1 %"};
  const auto predict = [](lab::AllocatorResult& it, double low, double high) {
    it.predicted["rss_peak_bytes"] = {.value = (low + high) / 2, .low = low, .high = high};
    it.predicted["rss_mean_bytes"] = it.predicted["rss_peak_bytes"];
  };
  predict(results.allocators[0], 100e6, 110e6);
  predict(results.allocators[1], 90e6, 105e6);
  predict(results.allocators[2], 120e6, 130e6);
  const Verdict tied = judge(results);
  EXPECT_EQ(tied.basis, Basis::kPrediction);
  EXPECT_TRUE(choice(tied, "memory").stay) << "the replay differs by 20 %, the intervals of the program meet";
  predict(results.allocators[1], 80e6, 90e6);
  const Verdict clear = judge(results);
  EXPECT_EQ(choice(clear, "memory").take, "lean");
  EXPECT_TRUE(mentions(clear.sentences, "predicted to need 81.1 MiB"));
  EXPECT_FALSE(row(clear, "lean").forecast.at("rss_peak_bytes").tie);
}

TEST(Judge, ATailIsChosenOnlyBeyondItsRounds) {
  Made calm{.name = "calm", .p999_ns = 500}, alike{.name = "alike", .p999_ns = 850};
  EXPECT_EQ(choice(judge(made_results({{.name = "glibc"}, calm})), "tail").take, "calm");
  EXPECT_FALSE(choice(judge(made_results({{.name = "glibc"}, calm})), "tail").stay);
  EXPECT_TRUE(choice(judge(made_results({{.name = "glibc"}, alike})), "tail").stay);
}

TEST(Judge, AFailedAllocatorIsNamedAndNeverChosen) {
  lab::Results results = made_results({{.name = "glibc"}, fast("quick")});
  results.allocators[1].failure = "it crashed";
  const Verdict verdict = judge(results);
  EXPECT_TRUE(verdict.deploy.empty());
  EXPECT_TRUE(mentions(verdict.not_measured, "quick: it crashed"));
  results.allocators[0].failure = "so did this";
  EXPECT_EQ(judge(results).headline, "No recommendation: no allocator got through.");
}

TEST(Judge, WhatWasNotMeasuredIsSaid) {
  lab::Results results = made_results({{.name = "glibc"}});
  EXPECT_TRUE(
      std::ranges::none_of(judge(results).not_measured, [](const std::string& it) { return it.starts_with("waits"); }));
  results.allocators[0].wait_share = 0.4;
  results.reel.plan.threads_alive_max = 9;
  results.machine.has_hardware_counters = false;
  results.config.stop_at_seq = 1000;
  const Verdict verdict = judge(results);
  for (const char* part : {"waits for other threads: up to 40 %", "9 lived at once and shared 2 processors", "caches",
                           "the rest of the reel"})
    EXPECT_TRUE(mentions(verdict.not_measured, part)) << part;
}

TEST(Judge, APartOfAReelChoosesNobodyForMemory) {
  lab::Results results = made_results({{.name = "glibc"}, small("lean")});
  results.config.stop_at_seq = 1000;
  const Verdict verdict = judge(results);
  EXPECT_EQ(choice(verdict, "memory").take, "");
  EXPECT_TRUE(verdict.deploy.empty());
}

TEST(Judge, TwoHundredAllocatorsAndOne) {
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back("a" + std::to_string(i));
  std::vector<Made> many;
  for (const std::string& name : names) many.push_back({.name = name.c_str(), .ns = 20});
  EXPECT_EQ(judge(made_results(many)).rows.size(), 200u);
  EXPECT_EQ(judge(made_results({{.name = "glibc"}})).headline,
            "Stay with glibc: nothing measured here can be claimed to beat it.");
}

}  // namespace
}  // namespace heapreel::verdict
