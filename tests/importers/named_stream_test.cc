// Names become objects, and what cannot be true is repaired and counted: one case a rule.
#include "tools/importers/frame/named_stream.h"

#include <gtest/gtest.h>

#include "tests/importers/import_text.h"
#include "trace_format/wire/limits.h"

namespace heapreel::importers {
namespace {

using namespace tests;  // NOLINT: the words of these tests
using reel::kFailed, reel::kImplied, reel::kMoved, reel::kNoResult, reel::kNullOld, reel::kUnknown;

// Hands out events at hand, two at a time.
class ListReader final : public TraceReader {
 public:
  ListReader(std::vector<Event> events, SourceFacts facts)
      : TraceReader(0), events_(std::move(events)), facts_(facts) {}
  base::Result<bool> read(std::vector<Event>& events) override {
    for (int i = 0; i < 2 && at_ < events_.size(); ++i) events.push_back(events_[at_++]);
    return at_ < events_.size();
  }
  SourceFacts facts() const override { return facts_; }

 private:
  std::vector<Event> events_;
  SourceFacts facts_;
  size_t at_ = 0;
};

ReadTrace named(std::vector<Event> events, SourceFacts facts = {}) {
  ListReader reader(std::move(events), facts);
  ReadTrace trace;
  read_events(reader, trace);
  return trace;
}

TEST(NamedStream, NamesBecomeNumbersInOrderOfBirth) {
  const ReadTrace trace = named({malloc_of(0, 9, 8, 0x900), malloc_of(0, 4, 8, 0x100), free_of(0, 9, 0x100),
                                 malloc_of(0, 9, 8, 0x100), free_of(0, 4, 0x900)});
  EXPECT_EQ(trace.events, (std::vector<Event>{malloc_of(0, 0, 8, 1), malloc_of(0, 1, 8, 2), free_of(0, 0, 2),
                                              malloc_of(0, 0, 8, 3), free_of(0, 1, 1)}));
  ASSERT_EQ(trace.threads.size(), 2U);
  EXPECT_EQ(trace.threads[1].number, 4U);
}

TEST(NamedStream, AnAllocationAtALiveNameImpliesItsFree) {
  const ReadTrace trace = named({malloc_of(0, 1, 8, 0x10), malloc_of(0, 2, 9, 0x10), free_of(0, 1, 0x10)});
  EXPECT_EQ(trace.events, (std::vector<Event>{malloc_of(0, 0, 8, 1), with(free_of(0, 1, 1), Op::kFree, kImplied),
                                              malloc_of(0, 1, 9, 2), free_of(0, 0, 2)}));
  EXPECT_EQ(trace.repairs.implied_frees, 1U);
}

TEST(NamedStream, FreesOfNothingKnown) {
  const ReadTrace trace = named(
      {free_of(0, 1, 0x10), malloc_of(0, 1, 8, 0x10), free_of(0, 1, 0x10), free_of(0, 1, 0x10), free_of(0, 1, 0)});
  EXPECT_EQ(trace.events[0], with(free_of(0, 0, 0), Op::kFree, kUnknown));
  EXPECT_EQ(trace.events[3], with(free_of(0, 0, 0), Op::kFree, kUnknown));
  EXPECT_EQ(trace.events[4], free_of(0, 0, 0)) << "free(nullptr) is no mistake";
  EXPECT_EQ(trace.repairs.unknown_frees, 2U);
}

TEST(NamedStream, EveryFormOfRealloc) {
  const Event old = malloc_of(0, 0, 8, 0x10);
  const auto second = [&](Event event) {
    event.flags = 0;  // nobody has told any
    return named({old, event}).events.back();
  };
  EXPECT_EQ(second(realloc_of(0, 0, 16, 0x10, 0x20)), realloc_of(0, 0, 16, 1, 2));
  EXPECT_EQ(second(realloc_of(0, 0, 16, 0x10, 0x10)), with(realloc_of(0, 0, 16, 1, 2), Op::kRealloc));
  EXPECT_EQ(second(realloc_of(0, 0, 16, 0, 0x20)), with(realloc_of(0, 0, 16, 0, 2), Op::kRealloc, kNullOld));
  EXPECT_EQ(second(realloc_of(0, 0, 16, 0x10, 0)), with(realloc_of(0, 0, 16, 1, 0), Op::kRealloc, kFailed));
  EXPECT_EQ(second(realloc_of(0, 0, 0, 0x10, 0)), with(realloc_of(0, 0, 0, 1, 0), Op::kRealloc, kNoResult));
  EXPECT_EQ(second(realloc_of(0, 0, 16, 0x99, 0x20)),
            with(realloc_of(0, 0, 16, 0, 2), Op::kRealloc, kUnknown | kMoved));
  EXPECT_EQ(second(realloc_of(0, 0, 0, 0, 0)), with(realloc_of(0, 0, 0, 0, 0), Op::kRealloc, kNullOld | kFailed));
}

TEST(NamedStream, AFailedReallocLeavesItsBlock) {
  const ReadTrace trace =
      named({malloc_of(0, 0, 8, 0x10), with(realloc_of(0, 0, 1U << 30, 0x10, 0), Op::kRealloc), free_of(0, 0, 0x10)});
  EXPECT_EQ(trace.events.back(), free_of(0, 0, 1));
  const ReadTrace freed =
      named({malloc_of(0, 0, 8, 0x10), with(realloc_of(0, 0, 0, 0x10, 0), Op::kRealloc), free_of(0, 0, 0x10)});
  EXPECT_EQ(freed.events.back().flags, kUnknown);
}

TEST(NamedStream, ReallocOntoALiveNameFreesWhatLivesThere) {
  const ReadTrace trace = named({malloc_of(0, 0, 8, 0x10), malloc_of(0, 0, 8, 0x20), realloc_of(0, 0, 16, 0x10, 0x20)});
  ASSERT_EQ(trace.events.size(), 4U);
  EXPECT_EQ(trace.events[2], with(free_of(0, 0, 2), Op::kFree, kImplied));
  EXPECT_EQ(trace.events[3], realloc_of(0, 0, 16, 1, 3));
}

TEST(NamedStream, AnAllocationWithoutABlockFailed) {
  const ReadTrace trace = named({malloc_of(0, 0, 8, 0), malloc_of(0, 0, 8, 0)}, {.keeps_flags = true});
  for (const Event& event : trace.events) EXPECT_EQ(event, with(malloc_of(0, 0, 8, 0), Op::kMalloc, kFailed));
}

TEST(NamedStream, UsableSizeReadsWhatLives) {
  const Event read{.object = 0x10, .op = Op::kUsableSize};
  const ReadTrace trace = named({malloc_of(0, 0, 8, 0x10), read, free_of(0, 0, 0x10), read});
  EXPECT_EQ(trace.events[1].object, 1U);
  EXPECT_EQ(trace.events[3].flags, kUnknown);
  EXPECT_EQ(trace.repairs.unknown_reads, 1U);
}

TEST(NamedStream, TimesCountFromTheFirstAndNeverFall) {
  std::vector<Event> events{malloc_of(1'000'000, 0, 8, 0x10), free_of(1'000'700, 0, 0x10),
                            malloc_of(1'000'500, 1, 8, 0x10), free_of(900'000, 1, 0x10),
                            malloc_of(1'000'800, 1, 8, 0x10)};
  events[0].duration = 100;
  const ReadTrace trace = named(events, {.has_times = true});
  std::vector<uint64_t> times;
  for (const Event& event : trace.events) times.push_back(event.time);
  EXPECT_EQ(times, (std::vector<uint64_t>{100, 800, 800, 800, 900}));
  EXPECT_EQ(trace.repairs.times_raised, 2U);
  EXPECT_EQ(named(events, {.has_times = true, .times_from_start = true}).events[0].time, 1'000'000U);
}

TEST(NamedStream, AThreadNumberThatComesBackIsAnotherThread) {
  const std::vector<Event> events{malloc_of(0, 5, 8, 0x10), note_of(0, 5, Op::kThreadEnd), malloc_of(0, 5, 8, 0x20)};
  const ReadTrace trace = named(events);
  EXPECT_EQ(trace.events[1].thread, 0U);
  EXPECT_EQ(trace.events[2].thread, 1U);
  EXPECT_EQ(named(events, {.keeps_serials = true}).events[2].thread, 5U);
}

TEST(NamedStream, SerialsHaveALimit) {
  const auto at = [](uint32_t thread) { return named({malloc_of(0, thread, 8, 0x10)}, {.keeps_serials = true}); };
  EXPECT_EQ(at(reel::limits::kThreads - 1).error, "");
  EXPECT_NE(at(reel::limits::kThreads).error, "");
  EXPECT_EQ(named({malloc_of(0, ~uint32_t{0}, 8, 0x10)}).error, "") << "a source's own numbers have none";
}

// Control: what is told of flags is kept only if the source knows flags.
TEST(NamedStream, ToldFlagsAreKept) {
  const Event told = with(realloc_of(0, 0, 8, 0, 2), Op::kRealloc, kUnknown);
  EXPECT_EQ(named({told}, {.keeps_flags = true}).events[0].flags, kUnknown);
  Event moved_by_number = with(realloc_of(0, 0, 8, 1, 2), Op::kRealloc);
  EXPECT_EQ(named({malloc_of(0, 0, 8, 1), moved_by_number}, {.keeps_flags = true}).events[1].flags, 0);
  EXPECT_EQ(named({malloc_of(0, 0, 8, 1), moved_by_number}).events[1].flags, kMoved);
}

}  // namespace
}  // namespace heapreel::importers
