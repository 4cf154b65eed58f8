// The window of a flight recorder: what it writes stands by itself, wherever it was cut.
#include "recorder/collector/flight_window.h"

#include <gtest/gtest.h>
#include <map>
#include <random>

#include "tests/trace_format/events.h"
#include "tests/trace_format/temporary.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/store/reel_writer.h"

namespace heapreel::collector {
namespace {

using reel::Event;
using reel::Op;
using tests::free_of;
using tests::malloc_of;
using tests::realloc_of;

constexpr uint64_t kHz = 1'000'000'000;

struct Told {
  size_t events = 0;
  size_t inherited = 0;
  size_t unknown = 0;
  size_t implied = 0;
  std::map<uint64_t, uint64_t> live{};  // object -> size
  std::vector<Op> ops{};
};

Told read(const std::string& path) {
  const auto file = reel::ReelFile::open(path);
  base::WorkerPool pool(1);
  const auto stream = *reel::open_events(*file, pool);
  Told told;
  for (reel::EventBatch batch; *stream->next(batch);) {
    for (const Event& event : batch.events) {
      ++told.events;
      told.inherited += event.op == Op::kInherited;
      told.unknown += (event.flags & reel::kUnknown) != 0;
      told.implied += (event.flags & reel::kImplied) != 0;
      told.ops.push_back(event.op);
      if (reel::releases_old(event.op, event.flags)) told.live.erase(event.old_object);
      if (reel::traits(event.op).frees) told.live.erase(event.object);
      if (reel::births(event.op, event.flags)) told.live[event.object] = event.size;
    }
  }
  return told;
}

struct Flight {
  explicit Flight(const FlightLimits& limits) : window(limits, kHz), capture(window, options) {}
  void fly(const Event& event) { capture.add(event); }
  void cut(uint64_t time) {
    ASSERT_TRUE(capture.flush());
    if (!window.is_over(time)) return;
    ASSERT_TRUE(window.trim(time));
  }
  Told land() {
    EXPECT_TRUE(capture.flush());
    auto writer = *reel::ReelWriter::create(folder.file("a.reel"), true);
    EXPECT_TRUE(window.write(writer, options, std::make_shared<reel::CaptureCoders>(options)));
    EXPECT_TRUE(writer.finish());
    return read(folder.file("a.reel"));
  }

  const tests::TemporaryFolder folder{};
  const reel::CaptureOptions options{.block_events = 300};
  FlightWindow window;
  reel::CaptureWriter capture;
};

// Three threads that free each other's blocks; a fourth that allocated long ago and sleeps.
struct Churn {
  Event next() {
    time += 100;
    const auto thread = static_cast<uint32_t>(random() % 3);
    if (live.size() > 500) {
      const auto victim = std::next(live.begin(), static_cast<ptrdiff_t>(random() % live.size()));
      const uint64_t address = victim->first;
      live.erase(victim);
      return free_of(time, thread, address);
    }
    uint64_t address = 0;
    do address = 16 * (1 + random() % 100'000);
    while (live.contains(address));
    live[address] = 1 + random() % 500;
    return malloc_of(time, time <= 10'000 ? 3 : thread, live[address], address);
  }

  std::mt19937 random{3};
  uint64_t time = 0;
  std::map<uint64_t, uint64_t> live{};
};

std::vector<uint64_t> sizes_of(const std::map<uint64_t, uint64_t>& live) {
  std::vector<uint64_t> sizes;
  for (const auto& [name, size] : live) sizes.push_back(size);
  std::ranges::sort(sizes);
  return sizes;
}

void churn(const FlightLimits& limits, Churn& program, Flight& flight) {
  for (int i = 0; i < 60'000; ++i) {
    flight.fly(program.next());
    if (i % 1000 != 999) continue;
    flight.cut(program.time);
    EXPECT_LE(flight.window.bytes(), limits.bytes_max);
  }
}

TEST(FlightWindow, StandsByItselfWhereverItIsCut) {
  const FlightLimits limits{.bytes_max = 40'000};
  Churn program;
  Flight flight(limits);
  churn(limits, program, flight);
  const Told told = flight.land();
  EXPECT_EQ(told.unknown, 0U);
  EXPECT_EQ(told.implied, 0U);
  EXPECT_GE(told.inherited, 500U);
  EXPECT_LT(told.events, 30'000U);
  EXPECT_EQ(told.events - told.inherited + flight.window.events_before(), 60'000U);
  EXPECT_EQ(sizes_of(told.live), sizes_of(program.live));
}

TEST(FlightWindow, KeepsATime) {
  const FlightLimits limits{.bytes_max = 1 << 30, .ticks_kept = 1'000'000};
  Churn program;
  Flight flight(limits);
  churn(limits, program, flight);
  EXPECT_GE(flight.window.begin() + limits.ticks_kept * 9 / 8, program.time);
  EXPECT_LE(flight.window.begin() + limits.ticks_kept, program.time);
  EXPECT_EQ(sizes_of(flight.land().live), sizes_of(program.live));
}

TEST(FlightWindow, WithoutACutNothingIsInherited) {
  Churn program;
  Flight flight({.bytes_max = 1 << 30});
  churn({.bytes_max = 1 << 30}, program, flight);
  const Told told = flight.land();
  EXPECT_EQ(told.inherited, 0U);
  EXPECT_EQ(told.events, 60'000U);
}

TEST(FlightWindow, KnowsWhatLivedWithinIt) {
  Churn program;
  Flight flight({.bytes_max = 40'000});
  churn({.bytes_max = 40'000}, program, flight);
  const auto live = program.live;
  const uint64_t then = program.time;
  for (int i = 0; i < 100; ++i) flight.fly(program.next());
  ASSERT_TRUE(flight.capture.flush());
  const auto found = flight.window.live_at(then);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->blocks(), live.size());
  EXPECT_FALSE(flight.window.live_at(flight.window.begin() - 1));
}

TEST(FlightWindow, AReallocAstrideOfTheCutNamesNoOldBlock) {
  Flight flight({.bytes_max = 1 << 30, .ticks_kept = 1000});
  flight.fly(malloc_of(10, 0, 1, 0x1000));
  flight.fly(realloc_of(9000, 0, 9, 0x1000, 0x2000, 8000));
  flight.fly(malloc_of(3000, 1, 5, 0x1000));  // where the old block was
  flight.cut(5000);
  const Told told = flight.land();
  EXPECT_EQ(told.unknown, 0U);
  EXPECT_EQ(told.ops, (std::vector<Op>{Op::kInherited, Op::kRealloc}));
  EXPECT_EQ(sizes_of(told.live), (std::vector<uint64_t>{5, 9}));
}

}  // namespace
}  // namespace heapreel::collector
