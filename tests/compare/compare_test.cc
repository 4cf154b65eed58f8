// What changed between two results, what may be claimed of it, and conditions that must neither cry wolf nor sleep.
#include "tools/compare/compare.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/verdict/made_results.h"
#include "tools/compare/condition.h"
#include "tools/compare/history.h"
#include "tools/compare/text.h"

namespace heapreel::compare {
namespace {

using verdict::made_results;

lab::Results results_with(double ns, double peak_mib, double p999_ns = 1000) {
  lab::Results results = made_results({{.name = "glibc", .ns = ns - 5, .peak_mib = peak_mib, .p999_ns = p999_ns}});
  results.machine.cpu = "A CPU";
  return results;
}

Comparison between(const lab::Results& base, const lab::Results& next, bool across = false) {
  return compare({"base.json", &base}, {"new.json", &next}, across);
}

// The allocators that meet the condition; an error's reason.
std::string met(const Comparison& comparison, const std::string& text) {
  const auto condition = parse_condition(text);
  if (!condition) return "bad: " + condition.error().why;
  const std::vector<Condition> conditions{*condition};
  const auto findings = check(comparison, conditions);
  if (!findings) return "error: " + findings.error().why;
  std::string names;
  for (const Finding& finding : *findings) names += finding.change->allocator;
  return names;
}

TEST(Compare, SaysWhatChangedAndWhatDidNot) {
  const Comparison comparison = between(results_with(20, 100), results_with(26, 100.2));
  const Change* time = comparison.find("glibc", "ns_per_op");
  ASSERT_NE(time, nullptr);
  EXPECT_NEAR(time->ratio->median, 1.3, 0.02);
  EXPECT_EQ(time->tie, false);
  EXPECT_EQ(comparison.find("glibc", "rss_peak")->tie, true) << "0.2 % is not worth a claim";
  EXPECT_EQ(between(results_with(20, 100), results_with(20.5, 100)).find("glibc", "ns_per_op")->tie, true);
}

TEST(Compare, TimesOfTwoMachinesAreLeftOutUnlessTold) {
  const lab::Results base = results_with(20, 100);
  lab::Results next = results_with(30, 120);
  next.machine.cpu = "Another CPU";
  const Comparison comparison = between(base, next);
  EXPECT_TRUE(comparison.times_left_out);
  EXPECT_EQ(comparison.find("glibc", "ns_per_op"), nullptr);
  EXPECT_EQ(comparison.find("glibc", "latency_p999"), nullptr);
  EXPECT_NE(comparison.find("glibc", "rss_peak"), nullptr);
  EXPECT_EQ(met(comparison, "rss_peak>+10%"), "glibc");
  EXPECT_NE(met(comparison, "ns_per_op>+5%").find("different machines"), std::string::npos);
  EXPECT_NE(between(base, next, true).find("glibc", "ns_per_op"), nullptr);
}

TEST(Compare, AllocatorsOfOneSideAreNamed) {
  lab::Results base = results_with(20, 100), next = results_with(20, 100);
  base.allocators[0].name = "old";
  next.allocators.push_back(next.allocators[0]);
  next.allocators[1].name = "broken";
  next.allocators[1].failure = "it crashed";
  const Comparison comparison = between(base, next);
  EXPECT_EQ(comparison.gone, (std::vector<std::string>{"old"}));
  EXPECT_EQ(comparison.added, (std::vector<std::string>{"glibc"}));
  EXPECT_TRUE(comparison.changes.empty());
}

TEST(Conditions, AreMetByClaimedChangesAlone) {
  const Comparison worse = between(results_with(20, 100, 1000), results_with(26, 104, 2000));
  EXPECT_EQ(met(worse, "rss_peak>+3%"), "glibc");
  EXPECT_EQ(met(worse, "rss_peak>+5%"), "");
  EXPECT_EQ(met(worse, "rss_peak_bytes > 3 %"), "glibc");
  EXPECT_EQ(met(worse, "ns_per_op>+20%"), "glibc");
  EXPECT_EQ(met(worse, "glibc:ns_per_op>+20%"), "glibc");
  EXPECT_EQ(met(worse, "latency_p999>+50%"), "glibc");
  EXPECT_EQ(met(worse, "rss_peak<-3%"), "");
  const Comparison noise = between(results_with(20, 100), results_with(20.6, 100.5));
  EXPECT_EQ(met(noise, "ns_per_op>+1%"), "") << "3 % more, but the reference differs from itself by 5 %";
  EXPECT_EQ(met(noise, "rss_peak>+0.1%"), "");
}

TEST(Conditions, OnFiguresTheirUnits) {
  const Comparison comparison = between(results_with(20, 100), results_with(20, 100, 1500));
  EXPECT_EQ(met(comparison, "rss_peak>99MiB"), "glibc");
  EXPECT_EQ(met(comparison, "rss_peak>101MiB"), "");
  EXPECT_EQ(met(comparison, "latency_p999>1.2us"), "glibc");
  EXPECT_EQ(met(comparison, "ns_per_op<25"), "glibc");
}

// A check that cannot be made must not look like one that holds.
TEST(Conditions, ThatCannotBeCheckedAreErrors) {
  lab::Results base = results_with(20, 100), next = results_with(20, 100);
  EXPECT_EQ(met(between(base, next), "jemalloc:rss_peak>+3%"), "error: jemalloc has no rss_peak in both results");
  for (auto& [name, metric] : next.allocators[0].metrics) metric.samples.resize(1);
  EXPECT_EQ(met(between(base, next), "rss_peak>+3%"),
            "error: a change needs 3 rounds on either side, and there are fewer");
  EXPECT_EQ(met(between(base, next), "rss_peak>1MiB"), "glibc");
  EXPECT_EQ(met(between(base, next), "rss_peek>+3%"), "bad: 'rss_peek' is no metric");
  EXPECT_EQ(met(between(base, next), "rss_peak+3%"), "bad: it has neither '>' nor '<'");
  EXPECT_EQ(met(between(base, next), "rss_peak>lots"), "bad: 'lots' is neither a percentage nor a figure");
  EXPECT_EQ(met(between(base, next), ">3%"), "bad: '' is no metric");
}

TEST(Texts, AgreeWithEachOther) {
  const Comparison comparison = between(results_with(20, 100), results_with(26, 104));
  const std::vector<Condition> conditions{*parse_condition("rss_peak>+3%"), *parse_condition("rss_mean>+50%")};
  const auto findings = check(comparison, conditions);
  ASSERT_TRUE(findings);
  const std::string text = comparison_text(comparison, *findings, 80, false);
  EXPECT_NE(text.find("FAILED glibc: rss_peak +4.0 %"), std::string::npos) << text;
  EXPECT_NE(comparison_markdown(comparison, conditions, *findings).find("**1 of 2 conditions failed.**"),
            std::string::npos);
  const auto json = nlohmann::json::parse(comparison_json(comparison, conditions, *findings));
  EXPECT_EQ(json["checks"][0]["failed"], true);
  EXPECT_EQ(json["checks"][1]["failed"], false);
  EXPECT_EQ(json["changes"].size(), comparison.changes.size());
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
}

TEST(History, KeepsByCommitInOrder) {
  const std::string folder = testing::TempDir() + "compare_history";
  std::filesystem::remove_all(folder);
  auto history = History::open(folder);
  ASSERT_TRUE(history);
  EXPECT_EQ(history->latest_before("c1"), nullptr);
  for (const char* commit : {"c1", "c2", "c1"})
    ASSERT_TRUE(history->keep(commit, lab::results_json(results_with(20, 100))));
  const auto again = History::open(folder);
  ASSERT_TRUE(again);
  ASSERT_EQ(again->kept().size(), 2u) << "a commit that is kept again takes its own place";
  EXPECT_EQ(again->latest_before("c2")->commit, "c1");
  EXPECT_EQ(again->latest_before("c3")->commit, "c2");
  std::filesystem::remove_all(folder);
}

TEST(History, ACommitNeedsAName) {
  EXPECT_EQ(commit_name("v1.2-3_x").value(), "v1.2-3_x");
  EXPECT_FALSE(commit_name("../../etc"));
  EXPECT_FALSE(commit_name("a b"));
}

}  // namespace
}  // namespace heapreel::compare
