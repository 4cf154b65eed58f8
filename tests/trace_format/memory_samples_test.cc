// Memory samples and residency notes survive their messages, and messages that nobody wrote are refused.
#include "trace_format/store/memory_samples.h"

#include <gtest/gtest.h>

namespace heapreel::reel {
namespace {

// Points in which every figure differs from every other.
std::vector<MemoryPoint> some_points(bool non_malloc_known) {
  std::vector<MemoryPoint> points;
  for (uint64_t i = 1; i <= 5; ++i)
    points.push_back({.time = 100 * i * i,
                      .rss_anon_bytes = 4096 * (i % 3),
                      .non_malloc_bytes = non_malloc_known ? 8192 * (i % 2) : 0,
                      .minor_faults = 7 * i,
                      .major_faults = i / 2,
                      .user_ns = 1000 * i,
                      .system_ns = 333 * i,
                      .rss_file_bytes = uint64_t{1} << (40 + i),
                      .rss_shmem_bytes = 12 * i,
                      .anon_huge_bytes = 2097152 * (6 - i),
                      .lazy_free_bytes = 5 * i,
                      .swap_bytes = 4096 * i,
                      .non_malloc_known = non_malloc_known});
  return points;
}

bool same(const MemoryPoint& a, const MemoryPoint& b) {
  return a.time == b.time && a.rss_anon_bytes == b.rss_anon_bytes && a.non_malloc_bytes == b.non_malloc_bytes &&
         a.minor_faults == b.minor_faults && a.major_faults == b.major_faults && a.user_ns == b.user_ns &&
         a.system_ns == b.system_ns && a.rss_file_bytes == b.rss_file_bytes && a.rss_shmem_bytes == b.rss_shmem_bytes &&
         a.anon_huge_bytes == b.anon_huge_bytes && a.lazy_free_bytes == b.lazy_free_bytes &&
         a.swap_bytes == b.swap_bytes && a.non_malloc_known == b.non_malloc_known;
}

TEST(MemorySamples, SurviveTheirMessage) {
  for (const bool known : {false, true}) {
    const auto points = some_points(known);
    const auto again = decode_memory(encode_memory(points));
    ASSERT_TRUE(again);
    ASSERT_EQ(again->size(), points.size());
    for (size_t i = 0; i < points.size(); ++i) EXPECT_TRUE(same((*again)[i], points[i])) << i;
  }
}

TEST(MemorySamples, ZeroIsNotUnknown) {
  const std::vector<MemoryPoint> none = {{.time = 5, .non_malloc_known = true}};
  EXPECT_TRUE((*decode_memory(encode_memory(none)))[0].non_malloc_known);
  const std::vector<MemoryPoint> unknown = {{.time = 5}};
  EXPECT_FALSE((*decode_memory(encode_memory(unknown)))[0].non_malloc_known);
}

TEST(MemorySamples, OfNothing) { EXPECT_TRUE(decode_memory(encode_memory({}))->empty()); }

TEST(MemorySamples, ListsThatDisagreeAreRefused) {
  auto message = encode_memory(some_points(true));
  message.add_swap_steps(1);
  const auto points = decode_memory(message);
  ASSERT_FALSE(points);
  EXPECT_EQ(points.error().what, "damaged memory samples, list swap");
}

TEST(MemorySamples, SumsThatLeaveTheNumbersAreRefused) {
  proto::MemorySamples below;
  below.add_time_steps(1);
  below.add_rss_anon_steps(-1);
  EXPECT_FALSE(decode_memory(below));
  proto::MemorySamples beyond;
  for (const int64_t step : {INT64_MAX, int64_t{1}}) {
    beyond.add_time_steps(1);
    beyond.add_user_ns_steps(step);
  }
  EXPECT_FALSE(decode_memory(beyond));
  proto::MemorySamples late;
  late.add_time_steps(~uint64_t{0});
  late.add_time_steps(1);
  EXPECT_FALSE(decode_memory(late));
}

TEST(Residency, NotesSurviveTheirMessage) {
  const std::vector<ResidencyNote> notes = {{.time = 3, .block = 0x7f0000001010, .touched_pages = 17},
                                            {3, 0x55550000, 0, Occasion::kAtFree},
                                            {90, 0xffff800000000000, ~uint64_t{0}, Occasion::kAtExit}};
  const auto again = decode_residency(encode_residency(notes));
  ASSERT_TRUE(again);
  ASSERT_EQ(again->size(), notes.size());
  for (size_t i = 0; i < notes.size(); ++i) {
    EXPECT_EQ((*again)[i].time, notes[i].time);
    EXPECT_EQ((*again)[i].block, notes[i].block);
    EXPECT_EQ((*again)[i].touched_pages, notes[i].touched_pages);
    EXPECT_EQ((*again)[i].occasion, notes[i].occasion);
  }
}

TEST(Residency, WhatNobodyWroteIsRefused) {
  auto message = encode_residency(std::vector<ResidencyNote>{{.time = 1, .block = 2, .touched_pages = 3}});
  message.set_occasions(0, 4);
  EXPECT_FALSE(decode_residency(message));
  message.clear_occasions();
  EXPECT_FALSE(decode_residency(message));
}

TEST(Residency, StretchesAreSortedByTime) {
  proto::Metadata metadata;
  *metadata.add_residency() = encode_residency(std::vector<ResidencyNote>{{50, 1, 1}});
  *metadata.add_residency() = encode_residency(std::vector<ResidencyNote>{{20, 2, 1}});
  const auto notes = residency_notes(metadata);
  ASSERT_TRUE(notes);
  EXPECT_EQ((*notes)[0].block, 2U);
  EXPECT_EQ((*notes)[1].block, 1U);
}

TEST(RssFigures, APointStandsUntilTheNext) {
  const std::vector<MemoryPoint> points = {
      {.time = 0, .rss_anon_bytes = 100}, {.time = 10, .rss_anon_bytes = 400}, {.time = 40, .rss_anon_bytes = 0}};
  EXPECT_EQ(rss_figures(points).peak_bytes, 400U);
  EXPECT_EQ(rss_figures(points).mean_bytes, (100 * 10 + 400 * 30) / 40U);
  EXPECT_EQ(rss_figures(std::span(points).first(1)).mean_bytes, 100U);
  EXPECT_EQ(rss_figures({}).peak_bytes, 0U);
}

}  // namespace
}  // namespace heapreel::reel
