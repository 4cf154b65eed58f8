// Candidates to environments, and to what a person pastes into a shell.
#include "tools/tune/candidate.h"

#include <gtest/gtest.h>

namespace heapreel::tune {
namespace {

Setting conf(std::string name, std::string value) {
  return {.name = std::move(name), .value = std::move(value), .variable = "MALLOC_CONF", .form = Form::kMallocConf};
}
Setting tunable(std::string name, std::string value) {
  return {
      .name = std::move(name), .value = std::move(value), .variable = "GLIBC_TUNABLES", .form = Form::kGlibcTunable};
}

TEST(CandidateTest, KnobsOfOneVariableShareIt) {
  const Candidate jemalloc{.allocator = "jemalloc", .settings = {conf("narenas", "1"), conf("thp", "always")}};
  EXPECT_EQ(label(jemalloc), "jemalloc narenas:1 thp:always");
  EXPECT_EQ(applied({.name = "jemalloc"}, jemalloc).settings,
            std::vector<std::string>{"MALLOC_CONF=narenas:1,thp:always"});
  const Candidate glibc{.allocator = "glibc", .settings = {tunable("arena_max", "1"), tunable("top_pad", "4096")}};
  EXPECT_EQ(applied({.name = "glibc"}, glibc).settings,
            std::vector<std::string>{"GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.top_pad=4096"});
}

TEST(CandidateTest, WhatWasSetBeforeStays) {
  const Candidate one{.allocator = "jemalloc", .settings = {conf("narenas", "1")}};
  EXPECT_EQ(applied({.name = "jemalloc", .settings = {"X=1", "MALLOC_CONF=thp:never"}}, one).settings,
            (std::vector<std::string>{"X=1", "MALLOC_CONF=thp:never,narenas:1"}));
  EXPECT_EQ(applied({.name = "jemalloc", .settings = {"MALLOC_CONF="}}, one).settings,
            std::vector<std::string>{"MALLOC_CONF=narenas:1"});
}

TEST(CandidateTest, LinesToDeploy) {
  EXPECT_EQ(deploy_lines({.name = "glibc"}), std::vector<std::string>{"./app"});
  EXPECT_EQ(deploy_lines({.name = "j", .library = "/lib/libj.so.2", .settings = {"MALLOC_CONF=narenas:1", "A=b c'd"}}),
            (std::vector<std::string>{"LD_PRELOAD=/lib/libj.so.2 \\", "MALLOC_CONF=narenas:1 \\", "A='b c'\\''d' \\",
                                      "./app"}));
}

TEST(CandidateTest, SinglesAreMixedAndLeaveOutWhatIsFixed) {
  const std::vector<KnobSpec> knobs = {{"a", "x", "X", Form::kVariable, {"1", "2"}, ""},
                                       {"a", "y", "Y", Form::kVariable, {"3"}, ""},
                                       {"b", "z", "Z", Form::kVariable, {"4"}, ""}};
  const auto labels = [](const std::vector<Candidate>& all) {
    std::string text;
    for (const Candidate& one : all) text += label(one) + "; ";
    return text;
  };
  EXPECT_EQ(labels(single_settings(knobs, {"a", "b"}, {})), "a x:1; a y:3; b z:4; a x:2; ");
  EXPECT_EQ(labels(single_settings(knobs, {"a"}, {{"a", "y"}, {"b", "x"}})), "a x:1; a x:2; ");
}

TEST(CandidateTest, OnlyDifferentKnobsOfOneAllocatorCombine) {
  const Candidate one{.allocator = "jemalloc", .settings = {conf("thp", "always")}};
  const Candidate two{.allocator = "jemalloc", .settings = {conf("narenas", "1")}};
  ASSERT_EQ(combined(one, two).size(), 1U);
  EXPECT_EQ(combined(one, two), combined(two, one));
  EXPECT_TRUE(combined(one, one).empty());
  EXPECT_TRUE(combined(one, {.allocator = "glibc", .settings = {tunable("arena_max", "1")}}).empty());
}

}  // namespace
}  // namespace heapreel::tune
