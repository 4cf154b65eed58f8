// Summaries of short stories whose answers anybody can work out.
#include "trace_format/summary/summary.h"

#include <gtest/gtest.h>

#include "tests/trace_format/random_events.h"
#include "tests/trace_format/vector_stream.h"
#include "trace_format/summary/tally.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

// The answer must not depend on how the stream is cut into batches.
Summary summary_of(const std::vector<Event>& events, const SummaryOptions& options = {}) {
  VectorStream stream(events, 1000);
  Summary whole = std::move(*summarize(stream, options));
  for (const size_t batch_events : {1, 2, 3}) {
    VectorStream pieces(events, batch_events);
    const Summary again = std::move(*summarize(pieces));
    EXPECT_EQ(again.content_id, whole.content_id);
    EXPECT_EQ(again.live_peak_bytes, whole.live_peak_bytes);
    EXPECT_EQ(again.live_peak_time, whole.live_peak_time);
    EXPECT_EQ(again.live_peak_objects, whole.live_peak_objects);
    EXPECT_EQ(again.live_end_bytes, whole.live_end_bytes);
    EXPECT_EQ(again.live_end_objects, whole.live_end_objects);
    EXPECT_EQ(again.counts.cross_thread_frees, whole.counts.cross_thread_frees);
    EXPECT_EQ(again.counts.double_frees, whole.counts.double_frees);
    EXPECT_EQ(again.counts.unknown_frees, whole.counts.unknown_frees);
  }
  return whole;
}

TEST(Summary, OfNothing) {
  const Summary summary = summary_of({});
  EXPECT_EQ(summary.counts.events, 0U);
  EXPECT_EQ(summary.threads, 0U);
  EXPECT_TRUE(summary.live_curve.empty());
}

TEST(Summary, PeaksAndEnds) {
  const Summary summary = summary_of({malloc_of(10, 1, 100, 1), malloc_of(20, 1, 50, 2), free_of(30, 1, 1),
                                      malloc_of(40, 1, 10, 3), malloc_of(50, 1, 10, 4), free_of(60, 1, 2)});
  EXPECT_EQ(summary.counts.events, 6U);
  EXPECT_EQ(summary.counts.births, 4U);
  EXPECT_EQ(summary.counts.births_bytes, 170U);
  EXPECT_EQ(summary.live_peak_bytes, 150U);
  EXPECT_EQ(summary.live_peak_time, 20U);
  EXPECT_EQ(summary.live_peak_objects, 3U) << "not at the moment of the most bytes";
  EXPECT_EQ(summary.live_end_bytes, 20U);
  EXPECT_EQ(summary.live_end_objects, 2U);
  EXPECT_EQ(summary.first_time, 10U);
  EXPECT_EQ(summary.last_time, 60U);
}

TEST(Summary, ReallocsEndOneLifeAndBeginAnother) {
  Event failed = with(realloc_of(3, 1, 999, 2, 0), Op::kRealloc, kFailed);
  Event no_result = with(realloc_of(4, 1, 0, 2, 0), Op::kRealloc, kNoResult);
  Event moved = realloc_of(2, 1, 40, 1, 2);
  const Summary summary = summary_of({malloc_of(1, 1, 100, 1), moved, failed, no_result});
  EXPECT_EQ(summary.live_peak_bytes, 100U) << "the old block is gone before the new one counts";
  EXPECT_EQ(summary.counts.reallocs_moved, 1U);
  EXPECT_EQ(summary.counts.failed, 1U);
  EXPECT_EQ(summary.live_end_objects, 0U);
  EXPECT_EQ(summary.counts.births, 2U);
}

TEST(Summary, CrossThreadFrees) {
  const Summary summary = summary_of({malloc_of(1, 1, 8, 1), malloc_of(2, 1, 8, 2), malloc_of(3, 2, 8, 3),
                                      free_of(4, 2, 1), free_of(5, 1, 2), with(free_of(6, 9, 3), Op::kDelete)});
  EXPECT_EQ(summary.counts.cross_thread_frees, 2U);
  EXPECT_EQ(summary.threads, 3U);
}

TEST(Summary, FreesThatContradict) {
  std::vector<std::pair<uint64_t, Contradicts>> told;
  const auto note = [&told](const Contradiction& it) { told.emplace_back(it.position, it.how); };
  const std::vector<Event> events = {malloc_of(1, 1, 8, 1),
                                     free_of(2, 1, 1),
                                     free_of(3, 1, 1),
                                     with(free_of(4, 1, 0), Op::kFree, kUnknown),
                                     free_of(5, 1, 0),
                                     malloc_of(6, 1, 8, 2),
                                     with(free_of(7, 1, 2), Op::kFree, kImplied),
                                     free_of(8, 1, 77)};
  const Summary summary = summary_of(events, {.content_id = true, .on_contradiction = note});
  EXPECT_EQ(summary.counts.double_frees, 1U);
  EXPECT_EQ(summary.counts.unknown_frees, 2U) << "one flagged, one of a number that never was";
  EXPECT_EQ(summary.counts.implied_frees, 1U);
  EXPECT_EQ(told, (std::vector<std::pair<uint64_t, Contradicts>>{{2, Contradicts::kTwice},
                                                                 {3, Contradicts::kUnknown},
                                                                 {6, Contradicts::kOverlap},
                                                                 {7, Contradicts::kUnknown}}));
}

TEST(Summary, GapsAreLosses) {
  EXPECT_EQ(summary_of({note_of(1, 1, Op::kGap, 500), note_of(2, 1, Op::kGap, 7)}).events_lost, 507U);
}

TEST(Summary, SizesByTheirPowerOfTwo) {
  const Summary summary =
      summary_of({malloc_of(1, 1, 0, 1), malloc_of(1, 1, 1, 2), malloc_of(1, 1, 7, 3), malloc_of(1, 1, 8, 4),
                  malloc_of(1, 1, uint64_t{1} << 40, 5), malloc_of(1, 1, ~uint64_t{0}, 6)});
  EXPECT_EQ(summary.counts.births_by_size_log2[0], 1U);
  EXPECT_EQ(summary.counts.births_by_size_log2[1], 1U);
  EXPECT_EQ(summary.counts.births_by_size_log2[3], 1U);
  EXPECT_EQ(summary.counts.births_by_size_log2[4], 1U);
  EXPECT_EQ(summary.counts.births_by_size_log2[41], 1U);
  EXPECT_EQ(summary.counts.births_by_size_log2[64], 1U);
}

TEST(Summary, KindsAreCountedApart) {
  std::vector<Event> events;
  for (const Op op : kinds_where([](const auto&) { return true; })) events.push_back(note_of(1, 1, op));
  for (Event& event : events) event.flags = births(event.op, 0) ? uint8_t{kFailed} : uint8_t{0};
  const Summary summary = summary_of(events);
  for (int op = 0; op < kOpLimit; ++op)
    EXPECT_EQ(summary.counts.by_op[op], is_known(static_cast<uint8_t>(op)) ? 1U : 0U);
}

TEST(Summary, LiveCurveIsBoundedAndHoldsThePeak) {
  for (const uint64_t step : {uint64_t{1}, uint64_t{997}, uint64_t{1} << 50}) {
    std::vector<Event> events;
    for (uint64_t i = 1; i <= 5000; ++i) {
      events.push_back(malloc_of(i * step, 1, 10, i));
      if (i == 2500) events.push_back(malloc_of(i * step, 1, 1'000'000, i));
      if (i == 2500) events.push_back(free_of(i * step, 1, i + 1));
    }
    VectorStream stream(events, 100);
    const Summary summary = std::move(*summarize(stream));
    EXPECT_LE(summary.live_curve.size(), 1024U);
    EXPECT_GE(summary.live_curve.size(), 100U);
    uint64_t top = 0;
    for (size_t i = 0; i < summary.live_curve.size(); ++i) {
      top = std::max(top, summary.live_curve[i].live_bytes_max);
      if (i > 0) {
        EXPECT_LT(summary.live_curve[i - 1].time, summary.live_curve[i].time);
      }
    }
    EXPECT_EQ(top, summary.live_peak_bytes);
    EXPECT_EQ(summary.live_curve.front().time, step);
  }
}

// Times of a hostile reel go where they like; the curve stays within its bounds.
TEST(Summary, LiveCurveOfImpossibleTimes) {
  std::vector<Event> events;
  uint64_t object = 1;
  for (const uint64_t time :
       {~uint64_t{0}, uint64_t{0}, uint64_t{1} << 63, ~uint64_t{0} - 5, uint64_t{7}, ~uint64_t{0}})
    events.push_back(malloc_of(time, 1, 1, object++));
  EXPECT_LE(summary_of(events).live_curve.size(), 1024U);
}

TEST(ContentId, ChangesWithEveryFieldButTimesAndDurations) {
  const std::vector<Event> events = {malloc_of(1, 1, 8, 1), realloc_of(2, 1, 16, 1, 2), free_of(3, 1, 2)};
  const auto id = summary_of(events).content_id;
  const auto changed = [&](size_t at, void (*change)(Event&)) {
    std::vector<Event> other = events;
    change(other[at]);
    return summary_of(other).content_id != id;
  };
  EXPECT_FALSE(changed(0, [](Event& event) { event.time += 1; }));
  EXPECT_FALSE(changed(1, [](Event& event) { event.duration += 1; }));
  EXPECT_TRUE(changed(0, [](Event& event) { event.size += 1; }));
  EXPECT_TRUE(changed(0, [](Event& event) { event.op = Op::kCalloc; }));
  EXPECT_TRUE(changed(0, [](Event& event) { event.thread = 2; }));
  EXPECT_TRUE(changed(0, [](Event& event) { event.align_log2 = 4; }));
  EXPECT_TRUE(changed(0, [](Event& event) { event.flags = kRuntime; }));
  EXPECT_TRUE(changed(1, [](Event& event) { event.old_object = 5; }));
  EXPECT_TRUE(changed(2, [](Event& event) { event.object = 1; }));
}

// Whatever the batches, the same story: objects that outlive their batch are known to the next.
TEST(Summary, DoesNotDependOnTheBatches) {
  std::vector<Event> events;
  for (uint64_t i = 1; i <= 3000; ++i) {
    events.push_back(malloc_of(2 * i, static_cast<uint32_t>(i % 3), i % 100, i));
    if (i > 700) events.push_back(free_of(2 * i + 1, static_cast<uint32_t>(i % 2), i - 700));
  }
  events.push_back(free_of(10'000, 1, 1));  // once more
  VectorStream whole(events, events.size());
  const Summary expected = std::move(*summarize(whole));
  EXPECT_EQ(expected.counts.double_frees, 1U);
  EXPECT_EQ(expected.live_end_objects, 700U);
  for (const size_t batch_events : {1, 2, 7, 512, 2000}) {
    VectorStream stream(events, batch_events);
    const Summary summary = std::move(*summarize(stream));
    EXPECT_EQ(summary.live_peak_bytes, expected.live_peak_bytes);
    EXPECT_EQ(summary.live_peak_time, expected.live_peak_time);
    EXPECT_EQ(summary.live_peak_objects, expected.live_peak_objects);
    EXPECT_EQ(summary.live_end_bytes, expected.live_end_bytes);
    EXPECT_EQ(summary.counts.cross_thread_frees, expected.counts.cross_thread_frees);
    EXPECT_EQ(summary.counts.double_frees, expected.counts.double_frees);
    EXPECT_EQ(summary.content_id, expected.content_id);
  }
}

TEST(Summary, FreesOfLostBirthsAreUnknown) {
  Digester digester;
  Digest digest;
  Tally tally;
  const std::vector<Event> events = {free_of(1, 1, 5)};
  const EventBatch batch{.events = events, .first_event = 0, .first_object = 11};
  digester.digest(batch, digest);
  tally.add(digest, &batch, {});
  const Summary summary = tally.finish({}, {});
  EXPECT_EQ(summary.counts.unknown_frees, 1U) << "objects 1 to 10 were born in what was lost";
  EXPECT_EQ(summary.counts.double_frees, 0U);
}

}  // namespace
}  // namespace heapreel::reel
