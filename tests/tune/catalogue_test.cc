// Every value of the catalogue, read back from the real allocator that it is for.
#include "tools/tune/catalogue.h"

#include <gtest/gtest.h>
#include <set>

#include "replayer/lab/find_allocators.h"
#include "replayer/lab/tiny_plan.h"
#include "tools/tune/runs.h"

namespace heapreel::tune {
namespace {

class CatalogueTest : public testing::Test {
 protected:
  CatalogueTest() : plan_(*lab::TinyPlan::create()) {
    ::setenv("HEAPREEL_RUNNERS", RUNNERS_FOLDER, 1);
    for (const char* name : {"glibc", "jemalloc", "tcmalloc", "mimalloc"}) {
      auto found = lab::find_allocator(name);
      EXPECT_TRUE(found) << name;
      if (found) options_.allocators.push_back(std::move(*found));
    }
    options_.plan = plan_.ref();
  }
  // Why it is not active; empty if it is.
  std::string fault(const Candidate& candidate) const {
    const auto answer = Runs(options_).bench().prove(candidate);
    return answer ? *answer : answer.error().what;
  }

  lab::TinyPlan plan_;
  RunsOptions options_;
};

TEST_F(CatalogueTest, EveryValueIsActive) {
  const auto singles = single_settings(catalogue(4), {"glibc", "jemalloc", "tcmalloc", "mimalloc"}, {});
  EXPECT_GT(singles.size(), 30U);
  for (const Candidate& one : singles) EXPECT_EQ(fault(one), "") << label(one);
}

TEST_F(CatalogueTest, WhatIsNotActiveIsNoticed) {
  const auto jemalloc = [](const std::string& name, const std::string& value) {
    return Candidate{.allocator = "jemalloc", .settings = {{name, value, "MALLOC_CONF", Form::kMallocConf}}};
  };
  EXPECT_EQ(fault({.allocator = "jemalloc", .settings = {}}), "");
  EXPECT_NE(fault(jemalloc("narena", "1")), "");       // misspelt
  EXPECT_NE(fault(jemalloc("thp", "sometimes")), "");  // no such value
  EXPECT_NE(
      fault({.allocator = "mimalloc", .settings = {{"purge_delay", "0", "MIMALLOC_PURGE_DELAY", Form::kVariable}}}),
      "");  // of a later version
  EXPECT_NE(fault({.allocator = "glibc", .settings = {{"arena_max", "0", "GLIBC_TUNABLES", Form::kGlibcTunable}}}),
            "");  // out of range
}

TEST_F(CatalogueTest, EachKnobSaysWhyAndHasValuesOfItsOwn) {
  for (const unsigned processors : {1U, 2U, 64U})
    for (const KnobSpec& knob : catalogue(processors)) {
      EXPECT_FALSE(knob.why.empty()) << knob.name;
      EXPECT_FALSE(knob.values.empty()) << knob.name;
      EXPECT_EQ(std::set(knob.values.begin(), knob.values.end()).size(), knob.values.size()) << knob.name;
    }
}

}  // namespace
}  // namespace heapreel::tune
