// Stacks by libunwind, against glibc's own unwinder. Compiled without frame pointers: only the tables can know.
#include "recorder/stacks/unwinder.h"

#include <algorithm>
#include <cerrno>
#include <execinfo.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <thread>
#include <vector>

#include "recorder/stacks/capture.h"

namespace heapreel::stacks {
namespace {

const Unwinder& unwinder() {
  static Unwinder loaded = [] {
    Unwinder one;
    if (!one.load()) ADD_FAILURE() << "libunwind.so.8 is missing: install libunwind8";
    return one;
  }();
  return loaded;
}

struct Seen {
  uint64_t caller = 0;
  std::vector<uint64_t> frames;
  std::vector<uint64_t> by_glibc;
};

[[gnu::noinline]] void look(Seen& seen, uint32_t depth_max) {
  seen.caller = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  uint64_t buffer[kDepthMax + Unwinder::kOwnFramesMax];
  const Unwound unwound = unwinder().unwind(seen.caller, depth_max, buffer);
  seen.frames.assign(unwound.frames, unwound.frames + unwound.depth);
  void* addresses[kDepthMax];
  const int found = backtrace(addresses, kDepthMax);
  for (int i = 0; i < found; ++i) seen.by_glibc.push_back(reinterpret_cast<uint64_t>(addresses[i]));
}

[[gnu::noinline]] void recurse(Seen& seen, uint32_t depth_max, int left) {  // NOLINT(misc-no-recursion)
  if (left == 0)
    look(seen, depth_max);
  else
    recurse(seen, depth_max, left - 1);
  asm volatile("" ::: "memory");
}

void expect_glibc_agrees(const Seen& seen) {
  const auto first = std::find(seen.by_glibc.begin(), seen.by_glibc.end(), seen.caller);
  ASSERT_NE(first, seen.by_glibc.end());
  const auto there = static_cast<uint32_t>(seen.by_glibc.end() - first);
  ASSERT_GE(there, seen.frames.size());
  EXPECT_TRUE(std::equal(seen.frames.begin(), seen.frames.end(), first));
}

TEST(Unwinder, FindsWhatGlibcUnwinds) {
  Seen seen;
  recurse(seen, kDepthMax, 20);
  EXPECT_EQ(seen.frames[0], seen.caller);
  EXPECT_GT(seen.frames.size(), 25U);  // gtest's frames, too
  expect_glibc_agrees(seen);
}

TEST(Unwinder, StopsAtTheGreatestDepth) {
  Seen seen;
  recurse(seen, 5, 20);
  EXPECT_EQ(seen.frames.size(), 5U);
  expect_glibc_agrees(seen);
}

TEST(Unwinder, WorksInThreads) {
  std::thread([] {
    Seen seen;
    recurse(seen, kDepthMax, 10);
    EXPECT_GT(seen.frames.size(), 11U);
    expect_glibc_agrees(seen);
  }).join();
}

TEST(Unwinder, AnUnknownCallerIsItsOwnStack) {
  uint64_t frames[kDepthMax + Unwinder::kOwnFramesMax];
  EXPECT_EQ(unwinder().unwind(0x1234567, kDepthMax, frames).depth, 1U);
  EXPECT_EQ(frames[0], 0x1234567U);
}

TEST(Unwinder, LeavesErrnoAlone) {
  uint64_t frames[kDepthMax + Unwinder::kOwnFramesMax];
  const Unwinder& loaded = unwinder();
  errno = 77;
  (void)loaded.unwind(1, kDepthMax, frames);
  EXPECT_EQ(errno, 77);
}

[[gnu::noinline]] Captured capture(ThreadStacks& thread) {
  const Captured captured = capture_by_unwinder(thread, unwinder(), this_frame(), kDepthMax);
  asm volatile("" ::: "memory");
  return captured;
}

uint64_t cache_memory[kCacheEntries];
ThreadStacks thread_stacks;
Captured captured_by_handler;

TEST(Unwinder, ACaptureDefinesAStackOnce) {
  thread_stacks.cache = StackCache(cache_memory, kCacheEntries);
  std::vector<Captured> seen;
  while (seen.size() < 2) seen.push_back(capture(thread_stacks));  // one call site
  EXPECT_GT(seen[0].depth, 3U);
  EXPECT_EQ(seen[1].depth, 0U);
  EXPECT_EQ(seen[1].number, seen[0].number);
}

// Too small for an unwinder, large enough for a handler.
TEST(Unwinder, ASignalStackGivesTheCallerAlone) {
  thread_stacks.cache = StackCache(cache_memory, kCacheEntries);
  static char room[16 << 10];
  const stack_t stack{.ss_sp = room, .ss_flags = 0, .ss_size = sizeof room};
  ASSERT_EQ(sigaltstack(&stack, nullptr), 0);
  struct sigaction action {};
  action.sa_handler = [](int) { captured_by_handler = capture(thread_stacks); };
  action.sa_flags = SA_ONSTACK;
  ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
  raise(SIGUSR1);
  EXPECT_EQ(captured_by_handler.depth, 1U);
  const stack_t none{.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
  sigaltstack(&none, nullptr);
}

}  // namespace
}  // namespace heapreel::stacks
