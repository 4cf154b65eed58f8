// Whatever events go into a block come out of it: exactly, and times within what was asked for.
#include <gtest/gtest.h>

#include "tests/trace_format/columns.h"
#include "tests/trace_format/random_events.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

// What a block keeps of an event: all of it, but times on the grid and durations as far as asked for.
Event kept(Event event, const EncoderOptions& options) {
  if (options.time_codec == TimeCodec::kNone) event.time = 0;
  if (options.time_codec != TimeCodec::kCurve) event.time -= event.time % options.time_quantum;
  const bool keeps_duration = options.durations == Durations::kAll ||
                              (options.durations == Durations::kReallocs && has_old(event.op, event.flags));
  if (!keeps_duration) event.duration = 0;
  return event;
}

// Where two streams differ first; empty if they are the same up to the error of the times.
std::string difference(const std::vector<Event>& expected, const std::vector<Event>& actual, uint64_t time_error) {
  if (expected.size() != actual.size()) return "their sizes";
  for (size_t i = 0; i < expected.size(); ++i) {
    Event wanted = expected[i];
    const uint64_t error = std::max(wanted.time, actual[i].time) - std::min(wanted.time, actual[i].time);
    if (error > time_error) return "time of event " + std::to_string(i) + " by " + std::to_string(error);
    wanted.time = actual[i].time;
    if (!(wanted == actual[i])) return "event " + std::to_string(i) + ", a " + std::string(traits(wanted.op).name);
  }
  return {};
}

struct Case {
  RandomOptions stream{};
  EncoderOptions encoding{};
  bool places = false;
  size_t events = 0;
};

// Walks through all combinations, with sizes from one event on.
Case case_of(uint64_t seed) {
  Random random(seed + 1'000'000);
  Case it;
  const bool by_number = seed % 2 == 1;
  it.encoding.naming = it.stream.naming = by_number ? Naming::kNumber : Naming::kAddress;
  it.encoding.time_codec = static_cast<TimeCodec>(seed / 2 % 4);
  it.encoding.durations = static_cast<Durations>(seed / 8 % 3);
  it.places = by_number && seed / 24 % 2 == 1;
  it.stream.threads = random.one_in(4) ? 1000 : 1 + static_cast<uint32_t>(random.below(8));
  it.stream.first_object = by_number ? (random.one_in(10) ? uint64_t{1} << 60 : 2 + random.below(500)) : 0;
  it.stream.first_time = random.one_in(3) ? uint64_t{3'000'000'000} * 86400 * 3653 : random.below(1000);
  it.stream.step_ticks_max = uint64_t{1} << random.below(24);
  it.stream.stamp_every = random.one_in(3) ? 16 : 1;
  const bool exact = it.encoding.time_codec == TimeCodec::kDelta || it.encoding.time_codec == TimeCodec::kSteps;
  it.stream.times_go_back = exact && random.one_in(2);
  it.stream.odd_addresses = random.one_in(3);
  it.stream.stacks = seed % 5 == 0 ? uint32_t{1} << random.below(14) : 0;
  it.encoding.time_quantum = uint64_t{1} << random.below(8);
  it.encoding.time_error_max = it.encoding.time_quantum * (2 + random.below(100));
  it.events = random.one_in(4) ? 1 + random.below(3) : 500 + random.below(1500);
  return it;
}

class Roundtrip : public testing::Test {
 protected:
  void expect_same(const Case& it, const RandomStream& stream) {
    encoder_ = EventEncoder(it.encoding);
    const std::vector<uint64_t> addresses = it.places ? stream.addresses : std::vector<uint64_t>{};
    encoder_.encode(stream.events, it.stream.first_object, addresses);
    const PaddedColumns columns = columns_of(encoder_);
    const auto status = decoder_.decode(columns.all(), block_);
    ASSERT_TRUE(status.has_value()) << status.error().why;
    std::vector<Event> wanted;
    for (const Event& event : stream.events) wanted.push_back(kept(event, it.encoding));
    const uint64_t error = it.encoding.time_codec == TimeCodec::kCurve ? it.encoding.time_error_max : 0;
    EXPECT_EQ(difference(wanted, block_.events, error), "");
    EXPECT_EQ(block_.addresses, addresses);
  }

  EventEncoder encoder_{EncoderOptions{}};
  EventDecoder decoder_;  // one for all: what one block leaves behind must not matter to the next
  EventBlock block_;
};

TEST_F(Roundtrip, RandomStreams) {
  for (uint64_t seed = 0; seed < 720; ++seed) {
    const Case it = case_of(seed);
    SCOPED_TRACE(seed);
    expect_same(it, StreamMaker(seed, it.stream).make(it.events));
    if (HasFailure()) return;
  }
}

// The control of the streams: they do hold everything.
TEST_F(Roundtrip, RandomStreamsHoldEveryKindAndFlag) {
  std::array<size_t, kOpLimit> kinds{};
  unsigned flags = 0;
  size_t largest = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const Case it = case_of(seed);
    for (const Event& event : StreamMaker(seed, it.stream).make(2000).events) {
      kinds[static_cast<uint8_t>(event.op)] += 1;
      flags |= event.flags;
      largest += event.size == ~uint64_t{0} ? 1 : 0;
    }
  }
  for (int op = 0; op < kOpLimit; ++op) {
    EXPECT_EQ(kinds[op] != 0, is_known(static_cast<uint8_t>(op))) << op;
  }
  EXPECT_EQ(flags, kFlagMask);
  EXPECT_GT(largest, 0U);
}

// The control of the comparison: any field of any event that differs is seen.
TEST_F(Roundtrip, APlantedDifferenceIsFound) {
  const std::vector<Event> events = StreamMaker(1, {}).make(100).events;
  EXPECT_EQ(difference(events, events, 0), "");
  const std::vector<void (*)(Event&)> changes = {
      [](Event& event) { event.time += 1; },   [](Event& event) { event.size ^= 1; },
      [](Event& event) { event.object ^= 1; }, [](Event& event) { event.old_object ^= 1; },
      [](Event& event) { event.thread ^= 1; }, [](Event& event) { event.duration ^= 1; },
      [](Event& event) { event.flags ^= 1; },  [](Event& event) { event.align_log2 ^= 1; },
      [](Event& event) { event.stack ^= 1; },  [](Event& event) { event.op = Op::kPvalloc; }};
  for (const auto change : changes) {
    std::vector<Event> other = events;
    change(other[57]);
    EXPECT_NE(difference(events, other, 0).find("57"), std::string::npos);
  }
  EXPECT_EQ(difference(events, {events.begin(), events.end() - 1}, 0), "their sizes");
}

TEST_F(Roundtrip, MoreTuplesThanTheTableHolds) {
  RandomStream stream;
  for (uint64_t i = 0; i < 10'000; ++i) stream.events.push_back(malloc_of(i, 1, (i * 7919) % 9000, 0x1000 + i * 16));
  Case it;
  expect_same(it, stream);
}

TEST_F(Roundtrip, AThousandThreadsHandingBlocksOn) {
  RandomStream stream;
  for (uint64_t i = 1; i <= 5000; ++i) {
    stream.events.push_back(malloc_of(i * 2, static_cast<uint32_t>(i % 1000), 64, i));
    if (i > 1000)
      stream.events.push_back(free_of(i * 2 + 1, static_cast<uint32_t>((i + 500) % 1000), i - 1000 + i % 3));
  }
  Case it;
  it.stream.naming = it.encoding.naming = Naming::kNumber;
  expect_same(it, stream);
}

TEST_F(Roundtrip, CurvesOfSteepAndFlatTimes) {
  for (const uint64_t error : {2, 100, 12'000}) {
    Case it;
    it.stream.naming = it.encoding.naming = Naming::kNumber;
    it.encoding.time_codec = TimeCodec::kCurve;
    it.encoding.durations = Durations::kNone;
    it.encoding.time_error_max = error;
    it.encoding.time_quantum = std::bit_floor(error) / 2;
    RandomStream stream;
    uint64_t time = uint64_t{1} << 59;
    for (uint64_t i = 1; i < 3000; ++i) {
      time += i % 500 == 0 ? uint64_t{1} << 50 : i % 500 < 250 ? 0 : i % 7 * 1000;
      stream.events.push_back(malloc_of(time, 1, 8, i));
    }
    expect_same(it, stream);
  }
}

}  // namespace
}  // namespace heapreel::reel
