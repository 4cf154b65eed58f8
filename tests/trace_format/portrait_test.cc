// Portraits of short stories whose answers anybody can work out.
#include "trace_format/summary/portrait.h"

#include <gtest/gtest.h>
#include <numeric>

#include "tests/trace_format/random_events.h"
#include "tests/trace_format/vector_stream.h"
#include "trace_format/summary/log_bins.h"
#include "trace_format/summary/portray.h"
#include "trace_format/summary/summary.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

using Counts = std::vector<uint64_t>;

constexpr uint64_t kGHz = 1'000'000'000;  // a tick is a nanosecond

Portrait portrait_of(const std::vector<Event>& events, uint64_t ticks_per_second = kGHz, size_t batch_events = 1000) {
  VectorStream stream(events, batch_events);
  return std::move(*portray(stream, ticks_per_second));
}

template <class Row>
uint64_t sum(const std::vector<Row>& rows, uint64_t Row::*field) {
  return std::accumulate(rows.begin(), rows.end(), uint64_t{0},
                         [field](uint64_t so_far, const Row& row) { return so_far + row.*field; });
}

uint64_t sum(const Counts& counts) { return std::accumulate(counts.begin(), counts.end(), uint64_t{0}); }

uint64_t sum(const std::vector<Counts>& grid) {
  uint64_t all = 0;
  for (const Counts& row : grid) all += sum(row);
  return all;
}

TEST(LogBins, EndWithPowersOfTwoAndTheirQuarters) {
  Counts ends;
  for (const uint64_t value : {0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 16, 17, 20, 21, 32, 33})
    ends.push_back(SizeBins::max_of(SizeBins::index(value)));
  EXPECT_EQ(ends, (Counts{0, 1, 2, 3, 4, 5, 8, 10, 10, 12, 16, 20, 20, 24, 32, 40}));
  EXPECT_EQ(LifetimeBins::max_of(LifetimeBins::index(1025)), 1536U);
  EXPECT_EQ(LifetimeBins::max_of(LifetimeBins::index(1537)), 2048U);
}

TEST(LogBins, HoldEveryValueBetweenTheirEnds) {
  for (size_t bin = 1; bin < SizeBins::kCount; ++bin) {
    EXPECT_EQ(SizeBins::index(SizeBins::max_of(bin)), bin);
    EXPECT_EQ(SizeBins::index(SizeBins::max_of(bin - 1) + 1), bin);
  }
  for (size_t bin = 1; bin < LifetimeBins::kCount; ++bin) {
    EXPECT_EQ(LifetimeBins::index(LifetimeBins::max_of(bin)), bin);
    EXPECT_EQ(LifetimeBins::index(LifetimeBins::max_of(bin - 1) + 1), bin);
  }
  EXPECT_EQ(SizeBins::max_of(SizeBins::kCount - 1), ~uint64_t{0});
}

TEST(Portrait, OfNothing) {
  const Portrait portrait = portrait_of({});
  EXPECT_TRUE(portrait.sizes.empty());
  EXPECT_TRUE(portrait.lifetimes.empty());
  EXPECT_TRUE(portrait.threads.empty());
  EXPECT_EQ(portrait.rate_bins, 0U);
  EXPECT_EQ(portrait.never_freed.objects, 0U);
}

// Thread 1 allocates three blocks; it frees one, thread 2 frees another after a longer time, and the third stays.
std::vector<Event> three_blocks() {
  return {malloc_of(1000, 1, 16, 1), malloc_of(1010, 1, 17, 2), malloc_of(1020, 1, 100, 3), free_of(1030, 1, 1),
          free_of(1110, 2, 2)};
}

TEST(Portrait, SizesAndLifetimes) {
  const Portrait portrait = portrait_of(three_blocks());
  EXPECT_EQ(portrait.duration_ns, 110U);
  ASSERT_EQ(portrait.sizes.size(), 12U) << "from 16 to 112, the empty ones between included";
  EXPECT_EQ(portrait.sizes.front().max_bytes, 16U);
  EXPECT_EQ(portrait.sizes[1].max_bytes, 20U);
  EXPECT_EQ(portrait.sizes[1].births, 1U);
  EXPECT_EQ(portrait.sizes[1].bytes, 17U);
  EXPECT_EQ(portrait.sizes[1].remote_frees, 1U);
  EXPECT_EQ(portrait.sizes.front().remote_frees, 0U);
  EXPECT_EQ(portrait.sizes.back().max_bytes, 112U);
  EXPECT_EQ(portrait.sizes.back().bytes, 100U);
  EXPECT_EQ(sum(portrait.sizes, &SizeBin::births), 3U);

  ASSERT_EQ(portrait.lifetimes.size(), 5U) << "32, 48, 64, 96, 128";
  EXPECT_EQ(portrait.lifetimes.front().max_ns, 32U) << "30 ns";
  EXPECT_EQ(portrait.lifetimes.front().bytes, 16U);
  EXPECT_EQ(portrait.lifetimes.back().max_ns, 128U) << "100 ns";
  EXPECT_EQ(portrait.lifetimes.back().objects, 1U);
  EXPECT_EQ(portrait.lifetimes.back().bytes, 17U);
  EXPECT_EQ(portrait.never_freed.objects, 1U);
  EXPECT_EQ(portrait.never_freed.bytes, 100U);
}

TEST(Portrait, SizeByLifetime) {
  const SizeByLifetime grid = portrait_of(three_blocks()).size_by_lifetime;
  ASSERT_EQ(grid.objects.size(), 12U);
  EXPECT_EQ(grid.lifetime_max_ns, (Counts{32, 48, 64, 96, 128}));
  EXPECT_EQ(grid.objects[0], (Counts{1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(grid.objects[1], (Counts{0, 0, 0, 0, 1, 0}));
  EXPECT_EQ(grid.objects[11], (Counts{0, 0, 0, 0, 0, 1})) << "never freed";
  EXPECT_EQ(sum(grid.objects), 3U);
}

TEST(Portrait, Threads) {
  const Portrait portrait = portrait_of(three_blocks());
  ASSERT_EQ(portrait.threads.size(), 2U);
  const ThreadPortrait& first = portrait.threads[0];
  EXPECT_EQ(first.thread, 1U) << "the busiest first";
  EXPECT_EQ(first.births, 3U);
  EXPECT_EQ(first.bytes, 133U);
  EXPECT_EQ(first.frees, 1U);
  EXPECT_EQ(first.remote_frees, 0U);
  EXPECT_EQ(first.first_ns, 0U);
  EXPECT_EQ(first.last_ns, 30U);
  EXPECT_EQ(portrait.threads[1].remote_frees, 1U);
  EXPECT_EQ(portrait.threads[1].first_ns, 110U);
  EXPECT_EQ(portrait.frees_by_thread, (std::vector<Counts>{{1, 1}, {0, 0}}));
  EXPECT_EQ(portrait.calls, (std::map<std::string, uint64_t>{{"free", 2}, {"malloc", 3}}));
}

TEST(Portrait, CallsOverTime) {
  const Portrait portrait = portrait_of(three_blocks());
  EXPECT_EQ(portrait.rate_bin_ns, 1U);
  EXPECT_EQ(portrait.rate_bins, 111U);
  EXPECT_EQ(portrait.threads[0].calls[0], 1U);
  EXPECT_EQ(portrait.threads[0].calls[10], 1U);
  EXPECT_EQ(sum(portrait.threads[0].calls), 4U);
  EXPECT_EQ(portrait.threads[1].calls[110], 1U);
  EXPECT_EQ(portrait.never_freed.objects_by_birth[20], 1U);
  EXPECT_EQ(sum(portrait.never_freed.bytes_by_birth), 100U);
}

// One call each nanosecond, by a thread that begins late: when the bins double, no call may move to another moment.
TEST(Portrait, BinsOfTimeDouble) {
  std::vector<Event> events = {malloc_of(1, 1, 8, 1)};
  for (uint64_t i = 0; i < 2000; ++i) events.push_back(malloc_of(1 + 101 + i, 2, 8, i + 2));
  for (const uint64_t hz : {kGHz, kGHz / 8}) {
    const Portrait portrait = portrait_of(events, hz);
    const uint64_t bin_ticks = portrait.rate_bin_ns * hz / kGHz;
    EXPECT_LE(portrait.rate_bins, kPortraitRateBins);
    EXPECT_GT(portrait.rate_bins, kPortraitRateBins / 2);
    EXPECT_EQ(bin_ticks, 16U) << "2,100 ticks are 132 bins of 16, and 263 of 8";
    const Counts& calls = portrait.threads[0].calls;
    ASSERT_EQ(calls.size(), portrait.rate_bins);
    EXPECT_EQ(calls[5], 0U);
    EXPECT_EQ(calls[6], 11U) << "from tick 101 to 111";
    EXPECT_EQ(calls[7], 16U);
    EXPECT_EQ(sum(calls), 2000U);
    EXPECT_EQ(portrait.threads[1].calls[0], 1U);
  }
}

TEST(Portrait, ReallocChains) {
  const Event failed = with(realloc_of(50, 1, 999, 4, 0), Op::kRealloc, kFailed);
  const Event no_result = with(realloc_of(60, 1, 0, 6, 0), Op::kRealloc, kNoResult);
  const Event of_null = with(realloc_of(70, 1, 8, 0, 7), Op::kRealloc, kNullOld);
  const Portrait portrait =
      portrait_of({malloc_of(10, 1, 10, 1), realloc_of(20, 1, 30, 1, 2), realloc_of(30, 1, 20, 2, 3),
                   realloc_of(40, 1, 20, 3, 4), failed, free_of(55, 1, 4), malloc_of(56, 1, 40, 5),
                   with(realloc_of(57, 1, 48, 5, 6), Op::kRealloc), no_result, of_null});
  const ReallocPortrait& reallocs = portrait.reallocs;
  EXPECT_EQ(reallocs.calls, 4U) << "neither what failed, nor what only freed or only allocated";
  EXPECT_EQ(reallocs.grow, 2U);
  EXPECT_EQ(reallocs.shrink, 1U);
  EXPECT_EQ(reallocs.same, 1U);
  EXPECT_EQ(reallocs.moved, 3U) << "the fourth did not";
  EXPECT_EQ(reallocs.bytes_could_copy, 10U + 20U + 20U + 40U);
  EXPECT_EQ(reallocs.chain_length_max, 3U);
  ASSERT_EQ(reallocs.chains.size(), 2U);
  EXPECT_EQ(reallocs.chains[0].length_max, 1U);
  EXPECT_EQ(reallocs.chains[0].objects, 1U);
  EXPECT_EQ(reallocs.chains[0].final_bytes, 48U);
  EXPECT_EQ(reallocs.chains[1].length_max, 4U) << "three reallocs";
  EXPECT_EQ(reallocs.chains[1].bytes_could_copy, 50U);
  EXPECT_EQ(reallocs.chains[1].final_bytes, 20U);
  EXPECT_EQ(sum(portrait.sizes, &SizeBin::births), 7U);
  EXPECT_EQ(sum(portrait.lifetimes, &LifetimeBin::objects), 6U) << "a realloc ends a life, and realloc(p, 0) does";
  EXPECT_EQ(portrait.never_freed.objects, 1U);
}

TEST(Portrait, InheritedBlocksAreNoCalls) {
  const Portrait portrait = portrait_of({with(malloc_of(10, 1, 64, 1), Op::kInherited), free_of(20, 2, 1)});
  EXPECT_EQ(portrait.calls, (std::map<std::string, uint64_t>{{"free", 1}}));
  EXPECT_EQ(portrait.sizes.front().births, 1U);
  EXPECT_EQ(portrait.frees_by_thread, (std::vector<Counts>{{0, 0}, {1, 0}})) << "the caller first: it has a call";
}

TEST(Portrait, FreesOfNothingKnownAreCallsOnly) {
  const Portrait portrait = portrait_of({malloc_of(1, 1, 8, 1), free_of(2, 1, 1), free_of(3, 1, 1),
                                         with(free_of(4, 1, 0), Op::kFree, kUnknown), free_of(5, 1, 77)});
  EXPECT_EQ(portrait.calls.at("free"), 4U);
  EXPECT_EQ(portrait.threads[0].frees, 1U);
  EXPECT_EQ(sum(portrait.frees_by_thread), 1U);
}

// Forty threads in a ring, each freeing what the one before allocated; the later ones do more.
TEST(Portrait, ManyThreadsAreToldTogether) {
  std::vector<Event> events;
  uint64_t object = 0;
  for (uint32_t thread = 0; thread < 40; ++thread)
    for (uint32_t i = 0; i <= thread; ++i, ++object) events.push_back(malloc_of(object + 1, thread, 8, object + 1));
  for (uint64_t freed = 1, thread = 0; thread < 40; ++thread)
    for (uint32_t i = 0; i <= thread; ++i, ++freed)
      events.push_back(free_of(object + freed, static_cast<uint32_t>((thread + 1) % 40), freed));
  const Portrait portrait = portrait_of(events);
  ASSERT_EQ(portrait.threads.size(), kPortraitThreads + 1);
  const ThreadPortrait& others = portrait.threads.back();
  EXPECT_FALSE(others.thread.has_value());
  EXPECT_EQ(others.threads, 8U);
  EXPECT_EQ(portrait.threads[0].thread, 39U);
  EXPECT_EQ(portrait.threads[0].remote_frees, 39U);
  EXPECT_EQ(sum(portrait.threads, &ThreadPortrait::births), 820U);
  EXPECT_EQ(sum(portrait.frees_by_thread), 820U);
  for (size_t i = 0; i < portrait.threads.size(); ++i) {
    uint64_t column = 0;
    for (const Counts& row : portrait.frees_by_thread) column += row[i];
    EXPECT_EQ(column, portrait.threads[i].frees);
  }
  EXPECT_EQ(portrait.frees_by_thread[1][0], 39U) << "what thread 38 allocated, thread 39 freed";
}

// The portrait and the summary are counted by different code; what both know must agree, whatever the batches.
TEST(Portrait, AgreesWithTheSummary) {
  std::vector<Event> events;
  for (uint64_t i = 1; i <= 100'000; ++i) {
    events.push_back(malloc_of(3 * i, static_cast<uint32_t>(i % 3), i * 7919 % 5000, i));
    if (i > 700 && i % 5 != 0) events.push_back(free_of(3 * i + 1, static_cast<uint32_t>(i % 2), i - 700));
    if (i > 40'000 && i % 7 == 0) events.push_back(free_of(3 * i + 2, 0, i - 39'990));
  }
  VectorStream summed(events, 777);
  const Summary summary = std::move(*summarize(summed));
  for (const size_t batch_events : {1, 777, 1'000'000}) {
    const Portrait portrait = portrait_of(events, kGHz, batch_events);
    EXPECT_EQ(sum(portrait.sizes, &SizeBin::births), summary.counts.births);
    EXPECT_EQ(sum(portrait.sizes, &SizeBin::bytes), summary.counts.births_bytes);
    EXPECT_EQ(portrait.never_freed.objects, summary.live_end_objects);
    EXPECT_EQ(portrait.never_freed.bytes, summary.live_end_bytes);
    EXPECT_EQ(sum(portrait.threads, &ThreadPortrait::remote_frees), summary.counts.cross_thread_frees);
    EXPECT_EQ(sum(portrait.sizes, &SizeBin::remote_frees), summary.counts.cross_thread_frees);
    EXPECT_EQ(sum(portrait.size_by_lifetime.objects), summary.counts.births);
    EXPECT_EQ(sum(portrait.lifetimes, &LifetimeBin::objects) + portrait.never_freed.objects, summary.counts.births);
    EXPECT_LE(portrait.size_by_lifetime.objects.size(), kPortraitGrid);
    EXPECT_LE(portrait.size_by_lifetime.objects.front().size(), kPortraitGrid);
  }
}

// Times, sizes and serials of a hostile reel go where they like; the portrait stays within its bounds.
TEST(Portrait, OfImpossibleEvents) {
  std::vector<Event> events;
  uint64_t object = 1;
  for (const uint64_t time : {~uint64_t{0}, uint64_t{0}, uint64_t{1} << 63, uint64_t{7}, ~uint64_t{0} - 5})
    events.push_back(malloc_of(time, static_cast<uint32_t>(time), ~uint64_t{0} - time, object++));
  events.push_back(free_of(0, 5, 1));
  events.push_back(free_of(~uint64_t{0}, 6, 2));
  for (const uint64_t hz : {uint64_t{1}, kGHz, ~uint64_t{0}}) {
    const Portrait portrait = portrait_of(events, hz);
    EXPECT_LE(portrait.rate_bins, kPortraitRateBins);
    EXPECT_EQ(sum(portrait.sizes, &SizeBin::births), 5U);
    EXPECT_EQ(sum(portrait.lifetimes, &LifetimeBin::objects), 2U);
    EXPECT_EQ(sum(portrait.never_freed.objects_by_birth), 3U);
  }
}

}  // namespace
}  // namespace heapreel::reel
