// What is read of a process, against what the process did and what the kernel says elsewhere.
#include "recorder/observe/process_files.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <thread>

#include "tests/observe/child.h"

namespace heapreel::observe::tests {
namespace {

void expect_near(uint64_t value, uint64_t expected, uint64_t slack = kSlack) {
  EXPECT_NEAR(static_cast<double>(value), static_cast<double>(expected), static_cast<double>(slack));
}

TEST(ProcessFiles, MemoryIsWhatWasTouched) {
  Child child;
  const auto files = ProcessFiles::open(child.pid());
  ASSERT_TRUE(files);
  const uint64_t before = files->memory()->rss_anon_bytes;
  const uint64_t block = child.number(fmt::format("malloc {}", 40 * kMib));
  expect_near(files->memory()->rss_anon_bytes, before);
  child.ask(fmt::format("touch {} {}", block, 20 * kMib));
  expect_near(files->memory()->rss_anon_bytes, before + 20 * kMib);
  expect_near(files->memory()->rss_anon_bytes, rss_anon_by_status(child.pid()));
  child.ask(fmt::format("free {}", block));
  expect_near(files->memory()->rss_anon_bytes, before);
}

TEST(ProcessFiles, StatusSplitsWhatStatmHasInOne) {
  Child child;
  const auto files = ProcessFiles::open(child.pid());
  const auto status = files->status();
  ASSERT_TRUE(status);
  expect_near(status->rss_file_bytes + status->rss_shmem_bytes, files->memory()->rss_shared_bytes);
  EXPECT_GT(status->rss_file_bytes, 0U);
  EXPECT_EQ(status->threads, 1U);
  EXPECT_TRUE(status->huge_pages_disabled) << "the child switches them off";
  EXPECT_FALSE(ProcessFiles::open(getpid())->status()->huge_pages_disabled);
}

TEST(ProcessFiles, CpuIsExactInSum) {
  Child child;
  const auto files = ProcessFiles::open(child.pid());
  const uint64_t used_ns = child.number("spin 150");
  const auto cpu = files->cpu();
  ASSERT_TRUE(cpu);
  EXPECT_GE(cpu->user_ns + cpu->system_ns, used_ns);
  const uint64_t later_ns = child.number("spin 0");  // the child's own reading after ours
  EXPECT_LE(cpu->user_ns + cpu->system_ns, later_ns);
}

TEST(ProcessFiles, FaultsAreCounted) {
  Child child;
  const auto files = ProcessFiles::open(child.pid());
  const uint64_t block = child.number(fmt::format("map {}", 8 * kMib));
  const uint64_t before = files->cpu()->minor_faults;
  child.ask(fmt::format("touch {} {}", block, 8 * kMib));
  const uint64_t faults = files->cpu()->minor_faults - before;
  EXPECT_GE(faults, 2048U);
  EXPECT_LE(faults, 2048U + 64);
}

TEST(ProcessFiles, NamesOfThreadsAndProgram) {
  Child child;
  EXPECT_EQ(child.ask("thread painter"), "ok");
  const auto files = ProcessFiles::open(child.pid());
  const auto threads = files->threads();
  ASSERT_EQ(threads.size(), 2U);
  EXPECT_TRUE(std::ranges::any_of(threads, [](const ThreadSeen& seen) { return seen.name == "painter"; }));
  EXPECT_EQ(files->executable(), HEAPREEL_OBSERVED_CHILD);
  EXPECT_EQ(files->command(), std::vector<std::string>{HEAPREEL_OBSERVED_CHILD});
}

TEST(ProcessFiles, AProcessThatHasGoneIsNoError) {
  Child child;
  const auto files = ProcessFiles::open(child.pid());
  EXPECT_TRUE(files->alive());
  child.number("spin 20");
  child.kill_it();
  for (int tries = 0; files->alive() && tries < 1000; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_FALSE(files->alive()) << "a zombie does not run";
  EXPECT_FALSE(files->memory());
  ASSERT_TRUE(files->cpu()) << "a zombie still has used what it used";
  EXPECT_GE(files->cpu()->user_ns + files->cpu()->system_ns, 20'000'000U);
  child.reap();
  EXPECT_FALSE(files->alive());
  EXPECT_FALSE(files->cpu());
  EXPECT_FALSE(files->status());
  EXPECT_TRUE(files->threads().empty());
  EXPECT_TRUE(files->executable().empty());
  EXPECT_TRUE(files->command().empty());
  uint64_t entry = 0;
  EXPECT_EQ(files->read_pagemap(0, {&entry, 1}), 0U);
}

TEST(ProcessFiles, AnotherImageIsNoticed) {
  Child child;
  const auto files = ProcessFiles::open(child.pid());
  EXPECT_TRUE(files->same_image());
  EXPECT_EQ(child.ask("exec"), "ready");
  EXPECT_FALSE(files->same_image());
  EXPECT_TRUE(files->alive());
  EXPECT_TRUE(ProcessFiles::open(child.pid())->same_image());
}

TEST(ProcessFiles, NoSuchProcessIsAnErrorWithAHint) {
  const auto files = ProcessFiles::open(1 << 30);
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().what, "cannot watch process 1073741824");
  EXPECT_EQ(files.error().hint, "it has ended, or /proc is not mounted");
}

}  // namespace
}  // namespace heapreel::observe::tests
