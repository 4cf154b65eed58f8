// Event blocks whose hashes are right and whose content is not: each is refused at its offset, and the reel goes on.
#include <gtest/gtest.h>

#include "tests/trace_format/bounded.h"
#include "tests/trace_format/raw_reel.h"
#include "trace_format/wire/limits.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

Verdict verdict_of_block(const RawColumns& columns, uint32_t events, BlockType type = BlockType::kPacked,
                         uint32_t thread = 0) {
  RawReel reel;
  reel.block(type, columns, events, [thread](BlockHeader& header) {
    header.thread = thread;
    header.first_time = 100;
    header.last_time = 120;
  });
  return bounded_verdict(reel.finished());
}

// The block is refused: its damage is told at the offset of its header, and its events are counted as lost.
void expect_refused(const RawColumns& columns, uint32_t events, const char* words,
                    BlockType type = BlockType::kPacked) {
  const Verdict verdict = verdict_of_block(columns, events, type, type == BlockType::kCapture ? 1 : 0);
  ASSERT_TRUE(verdict.opened) << verdict.text();
  ASSERT_EQ(verdict.damage.size(), 1U) << verdict.text();
  EXPECT_EQ(verdict.damage[0].offset, sizeof(FileHeader));
  EXPECT_EQ(verdict.damage[0].events_lost, events);
  EXPECT_TRUE(verdict.says(words)) << verdict.text();
  EXPECT_EQ(verdict.events, 0U);
}
void expect_refused(const RawEvents& events, const char* words = "damaged event block") {
  expect_refused(events.columns(), 3, words);
}

// The control: the block that all of these spoil is sound.
TEST(HostileEvents, TheBlockBeforeItIsSpoiltIsSound) {
  const Verdict verdict = verdict_of_block(RawEvents{}.columns(), 3);
  EXPECT_TRUE(verdict.sound()) << verdict.text();
  EXPECT_EQ(verdict.events, 3U);
  EXPECT_EQ(verdict.summary.counts.births, 2U);
}

// --- parameters ------------------------------------------------------------------------------------------------------

TEST(HostileEvents, GiantCounts) {
  for (const size_t which : {4, 5, 6}) {  // events, births, lanes
    for (const uint64_t count :
         {uint64_t{5}, limits::kEventsPerBlock + 1, uint64_t{1} << 32, (uint64_t{1} << 32) + 3, ~uint64_t{0}}) {
      RawEvents events;
      events.params[which] = count;
      SCOPED_TRACE(count);
      expect_refused(events, "damaged");
    }
  }
}

TEST(HostileEvents, CountsThatDiffer) {
  for (const size_t which : {4, 5, 6}) {
    for (const int by : {-1, 1}) {
      RawEvents events;
      events.params[which] += static_cast<uint64_t>(by);
      expect_refused(events, "damaged");
    }
  }
}

TEST(HostileEvents, EventsOfTheHeaderAndTheBodyDiffer) {
  expect_refused(RawEvents{}.columns(), 4, "its header and its events disagree");
}

TEST(HostileEvents, UnknownParameterValues) {
  for (const auto& [which, value] : {std::pair{0, 2}, {1, 4}, {2, 3}, {3, 2}, {7, 0}, {8, 0}}) {
    RawEvents events;
    events.params[static_cast<size_t>(which)] = static_cast<uint64_t>(value);
    SCOPED_TRACE(which);
    expect_refused(events);
  }
}

TEST(HostileEvents, TooFewAndTooManyParameters) {
  RawEvents events;
  events.params.pop_back();
  expect_refused(events, "malformed parameters");
  events.params.insert(events.params.end(), {100, 0});
  expect_refused(events, "malformed parameters");
  expect_refused(RawColumns{}, 3, "malformed parameters");
}

TEST(HostileEvents, ObjectNumbersBeyondTheLast) {
  RawEvents events;
  events.params[7] = ~uint64_t{0};
  expect_refused(events, "impossible parameters");
}

TEST(HostileEvents, ABlockOfTheOtherForm) {
  expect_refused(RawEvents{}.columns(), 3, "its header and its events disagree", BlockType::kCapture);
}

TEST(HostileEvents, ThreadSerialsBeyondTheLimit) {
  RawEvents events;
  events.lanes = {limits::kThreads};
  expect_refused(events, "thread serial out of range");
}

TEST(HostileEvents, LaneTablesThatAreTooLong) {
  RawEvents events;
  events.lanes = {1, 2};
  expect_refused(events, "malformed lane table");
}

TEST(HostileEvents, ACaptureBlockOfAnotherThread) {
  RawEvents events;
  events.params = {0, 1, 0, 1, 3, 2, 1, 0, 1, 100};
  events.more = numbers(Column::kPlace, {9 + 512, 8});
  EXPECT_TRUE(verdict_of_block(events.columns(), 3, BlockType::kCapture, 1).sound());
  EXPECT_TRUE(verdict_of_block(events.columns(), 3, BlockType::kCapture, 2).says("more than one thread"));
}

// --- runs and tokens
// ---------------------------------------------------------------------------------------------------

TEST(HostileEvents, RunsThatDoNotFit) {
  for (const uint64_t length : {uint64_t{3}, uint64_t{1} << 40, ~uint64_t{0} - 1, ~uint64_t{0}}) {
    RawEvents events;
    events.run_length = {length};
    expect_refused(events);
    events.run_lane = {0, 0};
    events.run_length = {length, 2};
    expect_refused(events);
  }
  RawEvents events;
  events.run_lane = {1};
  expect_refused(events);
}

TEST(HostileEvents, ReferencesToNobody) {
  for (unsigned token = 0; token < 256; ++token) {
    if (token == 251) continue;  // the literal itself
    RawEvents events;
    events.tokens = {static_cast<uint8_t>(token), 251, 96};
    SCOPED_TRACE(token);
    expect_refused(events);
  }
}

TEST(HostileEvents, ReferencesToTheDead) {
  for (const uint8_t token : std::initializer_list<uint8_t>{2, 3, 6, 12, 18, 19}) {
    RawEvents events;
    events.params[4] = 4;
    events.params[5] = 1;
    events.tokens = {251, 2, token, 96};
    events.run_length = {3};
    events.time = {1, 1, 1, 1};
    expect_refused(events.columns(), 4, "damaged event block");
  }
}

TEST(HostileEvents, AgesBeyondTheBirths) {
  for (const uint64_t age : {uint64_t{2}, uint64_t{77}, uint64_t{1} << 32, ~uint64_t{0}}) {
    RawEvents events;
    events.tokens = {251, 96, 252};
    events.more = numbers(Column::kAge, {age});
    expect_refused(events);
    events.tokens = {251, 96, 1};
    events.more = numbers(Column::kCross, {age < 9 ? age : std::max(age, age + 9)});
    expect_refused(events);
    events.tokens = {251, 96, 253};
    events.more = numbers(Column::kRare, {32, 0, 0, 0, std::max(age, age + 2)});
    expect_refused(events);
  }
}

TEST(HostileEvents, ReallocsOfNothing) {
  for (const uint8_t reference :
       {uint8_t{1}, uint8_t{2}, uint8_t{20}, uint8_t{95}, uint8_t{96}, uint8_t{252}, uint8_t{253}, uint8_t{255}}) {
    RawEvents events;
    events.literal = {3, 2, 0, 24};
    events.more = RawColumns{bytes_column(static_cast<unsigned>(Column::kRefs), {reference, 2})};
    expect_refused(events);
  }
}

TEST(HostileEvents, TuplesBeyondTheTable) {
  for (const uint64_t index : {uint64_t{0}, uint64_t{1}, uint64_t{4096}, ~uint64_t{0}, ~uint64_t{0} - 153}) {
    RawEvents events;
    events.tokens = {251, 250, 2};
    events.more = numbers(Column::kTupleIndex, {index});
    SCOPED_TRACE(index);
    expect_refused(events);
  }
}

TEST(HostileEvents, LiteralsThatAreNoAllocations) {
  for (const std::vector<uint64_t>& literal : {std::vector<uint64_t>{0, 0, 0, 24},
                                               {32, 0, 0, 24},
                                               {60, 0, 0, 24},
                                               {19, 0, 0, 24},
                                               {65, 0, 0, 24},
                                               {257, 0, 0, 24},
                                               {1, 128, 0, 24},
                                               {1, 0, 64, 24},
                                               {1, 0, 0}}) {
    RawEvents events;
    events.literal = literal;
    expect_refused(events);
  }
}

TEST(HostileEvents, RareEventsThatAreNone) {
  for (const std::vector<uint64_t>& rare : {std::vector<uint64_t>{0, 0, 0, 0, 0},
                                            {1, 0, 0, 24, 0},
                                            {3, 0, 0, 24, 0},
                                            {61, 0, 0, 0, 0},
                                            {64, 0, 0, 0, 0},
                                            {288, 0, 0, 0, 0},
                                            {32, 128, 0, 0, 0},
                                            {32, 0, 64, 0, 0},
                                            {32, 0, 0, 0, 1, 0},
                                            {32, 0, 0, 0},
                                            {32, 0, 0, 0, 0, 0}}) {
    RawEvents events;
    events.tokens = {251, 96, 253};
    events.more = numbers(Column::kRare, rare);
    expect_refused(events);
  }
}

// --- columns
// -----------------------------------------------------------------------------------------------------------

TEST(HostileEvents, ColumnsThatAreTooShortOrTooLong) {
  RawEvents events;
  events.tokens.push_back(2);
  expect_refused(events);
  events.tokens = {251, 96};
  expect_refused(events);
  events = {};
  events.time.push_back(1);
  expect_refused(events);
  events.time = {1};
  expect_refused(events);
  events = {};
  events.more = numbers(Column::kAge, {0});
  expect_refused(events);
  events.more = numbers(Column::kDuration, {300});
  expect_refused(events);
  events.more = {bytes_column(static_cast<unsigned>(Column::kTokens) + 1, {0})};
  expect_refused(events);
}

TEST(HostileEvents, NumbersThatAreNotMinimal) {
  const unsigned id = static_cast<unsigned>(Column::kTime);
  const base::Buffer small_three = {1, 11, 241};  // the last in two extra bytes
  const auto refused_extra = [&](const base::Buffer& small, const base::Buffer& extra) {
    RawEvents events;
    events.time.clear();
    events.more = {bytes_column(id, small), bytes_column(id + 1, extra)};
    return verdict_of_block(events.columns(), 3).says("columns do not match");
  };
  EXPECT_FALSE(refused_extra(small_three, {0, 1})) << "the control: 256 needs two bytes";
  EXPECT_TRUE(refused_extra(small_three, {255, 0}));
  EXPECT_TRUE(refused_extra(small_three, {1}));
  EXPECT_TRUE(refused_extra(small_three, {0, 1, 1}));
  EXPECT_TRUE(refused_extra({1, 11, 247}, {255, 255, 255, 255, 255, 255, 255, 255})) << "beyond 64 bits";
  EXPECT_TRUE(refused_extra({1, 11, 248}, {1, 1, 1, 1, 1, 1, 1, 1, 1}));
}

TEST(HostileEvents, CurvesWithoutLength) {
  RawEvents events;
  events.params[1] = 2;
  events.time = {3, 20};
  EXPECT_TRUE(verdict_of_block(events.columns(), 3).sound());
  events.time = {0, 5, 2, 20};
  expect_refused(events);
  events.time = {4, 20};
  expect_refused(events);
  events.time = {2, 20};
  expect_refused(events);
  events.time = {~uint64_t{0}, ~uint64_t{0}};
  expect_refused(events);
}

TEST(HostileEvents, StepsWithoutLength) {
  RawEvents events;
  events.params[1] = 3;
  events.time = {11, 2, 0, 5, 1};
  EXPECT_TRUE(verdict_of_block(events.columns(), 3).sound());
  for (const std::vector<uint64_t>& time : {std::vector<uint64_t>{11, 2, 11, 0},
                                            {11, 0, 11, 3},
                                            {11, 2},
                                            {11, 4},
                                            {11, 2, 0, 5},
                                            {11, ~uint64_t{0}},
                                            {11, 3, 11, 1}}) {
    events.time = time;
    expect_refused(events);
  }
}

TEST(HostileEvents, DurationsOfMoreThanThirtyTwoBits) {
  RawEvents events;
  events.params[2] = 2;
  events.more = numbers(Column::kDuration, {1, 2, 0xFFFFFFFF});
  EXPECT_TRUE(verdict_of_block(events.columns(), 3).sound());
  events.more = numbers(Column::kDuration, {1, 2, uint64_t{1} << 32});
  expect_refused(events);
}

TEST(HostileEvents, PlacesThatHoldNoAddress) {
  RawEvents events;
  events.params = {0, 1, 0, 1, 3, 2, 1, 0, 1, 100};
  for (const uint64_t place : {uint64_t{0}, uint64_t{3}, uint64_t{4}, uint64_t{7}, uint64_t{8}, uint64_t{9}}) {
    events.more = numbers(Column::kPlace, {place, 9});
    expect_refused(events.columns(), 3, "damaged event block", BlockType::kCapture);
  }
}

// Distances of any size are taken modulo 2^64: strange addresses, but addresses.
TEST(HostileEvents, PlacesThatAreFarAway) {
  RawEvents events;
  events.params = {0, 1, 0, 1, 3, 2, 1, 0, 1, 100};
  for (const uint64_t place : {~uint64_t{0}, ~uint64_t{0} - 1, (uint64_t{1} << 63) + 13, (uint64_t{1} << 63) + 10}) {
    events.more = numbers(Column::kPlace, {place, place});
    const Verdict verdict = verdict_of_block(events.columns(), 3, BlockType::kCapture, 1);
    EXPECT_TRUE(verdict.damage.empty()) << place << ": " << verdict.text();
  }
}

}  // namespace
}  // namespace heapreel::reel
