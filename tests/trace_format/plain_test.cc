// Plain blocks: quickly written, and yet every event comes back; whatever the bytes, an answer.
#include <gtest/gtest.h>

#include "tests/trace_format/bounded.h"
#include "tests/trace_format/columns.h"
#include "tests/trace_format/random_events.h"
#include "tests/trace_format/raw_reel.h"
#include "tests/trace_format/reels.h"
#include "trace_format/codec/plain_decoder.h"
#include "trace_format/wire/limits.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

Event kept(Event event, const PlainOptions& options) {
  event.time -= event.time % options.time_quantum;
  const bool keeps_duration = options.durations == Durations::kAll ||
                              (options.durations == Durations::kReallocs && has_old(event.op, event.flags));
  if (!keeps_duration) event.duration = 0;
  return event;
}

std::vector<Event> kept(const std::vector<Event>& events, const PlainOptions& options) {
  std::vector<Event> all;
  for (const Event& event : events) all.push_back(kept(event, options));
  return all;
}

struct Decoded {
  bool sound = false;
  std::string why{};
  EventBlock block{};
};

Decoded decode(const PaddedColumns& columns) {
  static PlainDecoder decoder;  // one for all: what one block leaves behind must not matter to the next
  Decoded decoded;
  const auto status = decoder.decode(columns.all(), decoded.block);
  decoded.sound = status.has_value();
  if (!status) decoded.why = status.error().why;
  return decoded;
}

void expect_same(const std::vector<Event>& events, const PlainOptions& options) {
  PlainEncoder encoder(options);
  encoder.encode(events);
  const Decoded decoded = decode(columns_of(encoder));
  ASSERT_TRUE(decoded.sound) << decoded.why;
  const std::vector<Event> wanted = kept(events, options);
  ASSERT_EQ(decoded.block.events.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i)
    ASSERT_EQ(decoded.block.events[i], wanted[i]) << i << ", a " << traits(wanted[i].op).name;
  for (const Event& event : wanted) {
    const bool back = traits(event.op).allocates;
    EXPECT_LE(encoder.span().first_time, event.time - (back ? std::min<uint64_t>(event.time, event.duration) : 0));
    EXPECT_GE(encoder.span().last_time, event.time + (back ? 0 : event.duration));
  }
}

TEST(Plain, RandomStreams) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed + 77);
    RandomOptions stream{.first_time = random.one_in(3) ? uint64_t{3'000'000'000} * 86400 * 3653 : random.below(1000)};
    stream.step_ticks_max = uint64_t{1} << random.below(24);
    stream.times_go_back = random.one_in(2);
    stream.odd_addresses = random.one_in(3);
    stream.stacks = random.one_in(3) ? 100 : 0;
    const PlainOptions options{.durations = static_cast<Durations>(seed % 3),
                               .time_quantum = uint64_t{1} << random.below(8)};
    SCOPED_TRACE(seed);
    expect_same(StreamMaker(seed, stream).make(random.one_in(4) ? 1 + random.below(3) : 1500).events, options);
    if (HasFatalFailure()) return;
  }
}

// Kinds, times, sizes and steps of many widths: more forms than a block can list.
TEST(Plain, MoreFormsThanABlockLists) {
  const auto kinds = kinds_where([](const auto& kind) { return kind.allocates && !kind.reallocates; });
  std::vector<Event> events;
  uint64_t time = 0;
  Random random(3);
  for (int i = 0; i < 5000; ++i) {
    const uint64_t address = 16 + (random.next() >> random.below(40) & ~uint64_t{15});
    Event event = malloc_of(time += random.next() >> (36 + random.below(28)), 7,
                            random.next() >> (32 + random.below(32)), address);
    event.op = random.pick(kinds);
    events.push_back(event);
  }
  PlainEncoder encoder({});
  encoder.encode(events);
  EXPECT_EQ(encoder.column(4)[0], 1U);
  const base::Bytes control = encoder.column(4);
  EXPECT_EQ(*std::max_element(control.begin(), control.end()), kFormsMax);
  EXPECT_GT(std::count(control.begin(), control.end(), kRareControl), 100);
  expect_same(events, {});
}

TEST(Plain, ExtremesOfEveryField) {
  const uint64_t top = ~uint64_t{0};
  std::vector<Event> events;
  for (const uint64_t address : {uint64_t{16}, top & ~uint64_t{7}, uint64_t{8}, top, uint64_t{1}, uint64_t{1} << 63,
                                 (uint64_t{1} << 62) + 1, uint64_t{3} << 62})
    for (const uint64_t size : {uint64_t{0}, uint64_t{255}, uint64_t{256}, uint64_t{65535}, uint64_t{65536},
                                uint64_t{0xFFFFFFFF}, uint64_t{1} << 32, top})
      events.push_back(malloc_of(size % 1'000'003, 7, size, address));
  events.push_back(free_of(top, 7, 24));
  events.push_back(free_of(0, 7, 24));
  events.push_back(with(free_of(0, 7, 0), Op::kDeleteSizedAligned, kFlagMask, 63));
  expect_same(events, {});
}

// A program in a steady state: what the recorder's collector writes by the million.
std::vector<Event> steady(size_t count) {
  std::vector<Event> events;
  std::vector<uint64_t> live;
  Random random(5);
  uint64_t time = 0;
  while (events.size() < count) {
    time += 200 + random.below(600);
    if (live.size() < 500 || random.one_in(2)) {
      uint64_t address = 0x555500000000 + 32 * random.below(60'000);
      while (std::find(live.begin(), live.end(), address) != live.end()) address += 32;
      live.push_back(address);
      events.push_back(malloc_of(time, 7, 8 * random.below(40), live.back()));
    } else {
      const size_t which = random.below(live.size());
      events.push_back(free_of(time, 7, live[which]));
      live.erase(live.begin() + static_cast<ptrdiff_t>(which));
    }
  }
  return events;
}

TEST(Plain, TakesSevenBytesAnEventAndFewerWithSparseStamps) {
  std::vector<Event> events = steady(50'000);
  PlainEncoder encoder({});
  const auto bytes = [&encoder] {
    size_t all = 0;
    for (unsigned id = 0; id < kColumnIds; ++id) all += encoder.column(id).size();
    return static_cast<double>(all) / 50'000;
  };
  encoder.encode(events);
  const double every_stamp = bytes();
  EXPECT_LT(every_stamp, 7);
  for (size_t i = 0; i < events.size(); ++i) events[i].time = events[i / 16 * 16].time;
  encoder.encode(events);
  EXPECT_LT(bytes(), every_stamp - 1.7);
  expect_same(events, {});
}

// --- in reels --------------------------------------------------------------------------------------------------------

std::vector<BlockType> types_of(const std::string& path) {
  std::vector<BlockType> types;
  const auto file = ReelFile::open(path);
  for (const BlockEntry& entry : file->blocks())
    if (entry.holds_events()) types.push_back(entry.type);
  return types;
}

TEST(Plain, ReelsReadPackAndCheckAsCapturesDo) {
  const TemporaryFolder folder;
  const std::vector<Event> events = steady(5000);
  write_capture(folder.file("capture.reel"), events, {.block_events = 1000});
  write_capture(folder.file("plain.reel"), events, {.block_events = 1000, .plain = true});
  EXPECT_EQ(types_of(folder.file("plain.reel")), std::vector<BlockType>(5, BlockType::kPlain));
  EXPECT_EQ(read_events(folder.file("plain.reel")).events, read_events(folder.file("capture.reel")).events);
  EXPECT_EQ(read_events(folder.file("plain.reel"), 2).events, read_events(folder.file("capture.reel")).events);
  const Verdict plain = verdict_of(folder.file("plain.reel"));
  EXPECT_TRUE(plain.sound()) << plain.text();
  pack_to(folder.file("plain.reel"), folder.file("packed.reel"), {});
  const Verdict packed = verdict_of(folder.file("packed.reel"));
  EXPECT_TRUE(packed.sound()) << packed.text();
  EXPECT_EQ(packed.summary.content_id, plain.summary.content_id);
}

TEST(Plain, AWriterMayChangeItsMind) {
  const TemporaryFolder folder;
  const std::string path = folder.file("mixed.reel");
  const std::vector<Event> events = steady(4000);
  auto writer = ReelWriter::create(path, true, kTestId);
  CaptureWriter capture(*writer, {.block_events = 1000});
  for (size_t i = 0; i < events.size(); ++i) {
    if (i % 1000 == 500) capture.set_plain(i / 1000 % 2 == 1);
    ASSERT_TRUE(capture.add(events[i]));
  }
  require(capture.flush());
  require(writer->finish());
  EXPECT_EQ(types_of(path),
            (std::vector<BlockType>{BlockType::kCapture, BlockType::kPlain, BlockType::kCapture, BlockType::kPlain}));
  write_capture(folder.file("capture.reel"), events);
  EXPECT_EQ(read_events(path).events, read_events(folder.file("capture.reel")).events);
}

// Addresses that a capture block could only tell wrongly go into a plain one; in the control, multiples of 16 do not.
TEST(Plain, TellsAddressesThatLieTooFarApart) {
  const TemporaryFolder folder;
  const std::string path = folder.file("far.reel");
  const auto type_of = [&path](const std::vector<Event>& events) {
    write_capture(path, events);
    EXPECT_EQ(read_events(path, 0, {.addresses = true}).addresses.front(), events.front().object);
    EXPECT_EQ(read_events(path).notes.damage.size(), 0U);
    return types_of(path).front();
  };
  const uint64_t far = uint64_t{1} << 62;
  EXPECT_EQ(type_of({malloc_of(10, 7, 24, 0x1000), malloc_of(20, 7, 24, far)}), BlockType::kCapture);
  EXPECT_EQ(type_of({malloc_of(10, 7, 24, 0x1008), malloc_of(20, 7, 24, 0x2009)}), BlockType::kCapture);
  EXPECT_EQ(type_of({malloc_of(10, 7, 24, far + 8)}), BlockType::kPlain);
  EXPECT_EQ(type_of({malloc_of(10, 7, 24, 0x1000), malloc_of(20, 7, 24, far * 2 + 1)}), BlockType::kPlain);
  EXPECT_EQ(type_of({malloc_of(10, 7, 24, 0x1000), free_of(20, 7, far + 8)}), BlockType::kPlain);
  base::WorkerPool pool(0);
  write_capture(path, {malloc_of(10, 7, 24, far + 8)});
  const auto packed =
      pack_file(*ReelFile::open(path), folder.file("packed.reel"), true, pool, {.keep_addresses = true}, 4000);
  ASSERT_FALSE(packed.has_value());
  EXPECT_NE(packed.error().hint.find("--keep-addresses"), std::string::npos);
}

// --- hostile bytes ---------------------------------------------------------------------------------------------------

// Three events by hand: malloc(24) at 0x1000 at time 100, malloc(24) at 0x1010 at time 110, free of the latter at 120.
struct RawPlain {
  std::vector<uint64_t> params{3, 1, 1, 100};
  std::vector<uint64_t> forms{1 | 1 << 8 | 2 << 10, 1 | 1 << 6 | 1 << 8 | 1 << 10, 32 | 1 << 6};
  base::Buffer control{1, 2, 3};
  base::Buffer data{24, 0, 4, 10, 24, 4, 10};
  std::vector<uint64_t> rare{};
  RawColumns more{};

  RawColumns columns() const {
    const auto id = [](PlainColumn column) { return static_cast<unsigned>(column); };
    RawColumns all = numbers(id(PlainColumn::kParams), params) + numbers(id(PlainColumn::kForms), forms);
    if (!control.empty()) all.push_back(bytes_column(id(PlainColumn::kControl), control));
    if (!data.empty()) all.push_back(bytes_column(id(PlainColumn::kData), data));
    return all + numbers(id(PlainColumn::kRare), rare) + more;
  }
};

Verdict verdict_of_plain(const RawPlain& plain, uint32_t events = 3, uint32_t thread = 1,
                         BlockType type = BlockType::kPlain) {
  RawReel reel;
  reel.block(type, plain.columns(), events, [thread](BlockHeader& header) {
    header.thread = thread;
    header.first_time = 100;
    header.last_time = 120;
  });
  return bounded_verdict(reel.finished());
}

void expect_refused(const RawPlain& plain, const char* words = "damaged event block") {
  const Verdict verdict = verdict_of_plain(plain);
  ASSERT_EQ(verdict.damage.size(), 1U) << verdict.text();
  EXPECT_EQ(verdict.damage[0].offset, sizeof(FileHeader));
  EXPECT_EQ(verdict.damage[0].events_lost, 3U);
  EXPECT_TRUE(verdict.says(words)) << verdict.text();
}

TEST(HostilePlain, TheControlIsSound) {
  const Verdict verdict = verdict_of_plain({});
  EXPECT_TRUE(verdict.sound()) << verdict.text();
  EXPECT_EQ(verdict.summary.live_end_objects, 1U);
  EXPECT_EQ(verdict.summary.live_end_bytes, 24U);
}

TEST(HostilePlain, HeadersThatDisagree) {
  EXPECT_TRUE(verdict_of_plain({}, 4).says("its header and its events disagree"));
  EXPECT_TRUE(verdict_of_plain({}, 3, 2).says("more than one thread"));
  EXPECT_TRUE(verdict_of_plain({}, 3, 1, BlockType::kCapture).says("damaged event block"));
  EXPECT_TRUE(verdict_of_plain({}, 3, 1, BlockType::kPacked).says("damaged event block"));
}

TEST(HostilePlain, ParametersThatLie) {
  for (const std::vector<uint64_t>& params : {std::vector<uint64_t>{},
                                              {3, 1, 1},
                                              {3, 1, 1, 100, 0},
                                              {2, 1, 1, 100},
                                              {4, 1, 1, 100},
                                              {limits::kEventsPerBlock + 1, 1, 1, 100},
                                              {~uint64_t{0}, 1, 1, 100},
                                              {3, limits::kThreads, 1, 100},
                                              {3, 1, 0, 100}}) {
    RawPlain plain;
    plain.params = params;
    expect_refused(plain, "damaged");
  }
}

TEST(HostilePlain, FormsThatAreNone) {
  for (const uint64_t form :
       {uint64_t{0}, uint64_t{3 | 1 << 10}, uint64_t{4 | 1 << 10}, uint64_t{19 | 1 << 10}, uint64_t{61},
        uint64_t{1 | 7 << 10}, uint64_t{1} << 13, (uint64_t{1} << 13) + 32, ~uint64_t{0}}) {
    RawPlain plain;
    plain.forms.push_back(form);
    SCOPED_TRACE(form);
    expect_refused(plain, "an unknown form");
  }
  RawPlain plain;
  plain.forms.assign(256, 32);
  expect_refused(plain, "an unknown form");
}

TEST(HostilePlain, ControlsWithoutAForm) {
  for (const uint8_t control : std::initializer_list<uint8_t>{0, 4, 255}) {
    RawPlain plain;
    plain.control[1] = control;
    expect_refused(plain);
  }
}

TEST(HostilePlain, ColumnsThatAreTooShortOrTooLong) {
  const auto spoil = [](auto change) {
    RawPlain plain;
    change(plain);
    expect_refused(plain);
  };
  spoil([](RawPlain& it) { it.control.push_back(3); });
  spoil([](RawPlain& it) { it.control.pop_back(); });
  spoil([](RawPlain& it) { it.control.clear(); });
  spoil([](RawPlain& it) { it.data.push_back(0); });
  spoil([](RawPlain& it) { it.data.pop_back(); });
  spoil([](RawPlain& it) { it.data.clear(); });
  spoil([](RawPlain& it) { it.rare = {57, 0, 0, 0, 0, 0, 0}; });
  for (const unsigned id : {5U, 7U, 10U, 14U, 29U}) spoil([id](RawPlain& it) { it.more = {bytes_column(id, {1})}; });
}

TEST(HostilePlain, BirthsWithoutAnAddress) {
  RawPlain plain;
  plain.data = {24, 0, 0, 10, 24, 4, 10};
  expect_refused(plain);
}

TEST(HostilePlain, RareEventsThatAreNone) {
  const auto with_rare = [](const std::vector<uint64_t>& rare) {
    RawPlain plain;
    plain.control = {1, 2, kRareControl};
    plain.data.pop_back();
    plain.rare = rare;
    return plain;
  };
  const uint64_t none = base::zigzag(-0x1010);
  EXPECT_TRUE(verdict_of_plain(with_rare({32, 0, 0, 20, 0, 0, 0})).sound());
  EXPECT_TRUE(verdict_of_plain(with_rare({1, kFailed, 0, 20, 24, none, 0})).sound());
  EXPECT_TRUE(verdict_of_plain(with_rare({3, 0, 0, 20, 24, 0, 0, 5})).sound());
  for (const std::vector<uint64_t>& rare : {std::vector<uint64_t>{},
                                            {0, 0, 0, 20, 0, 0, 0},
                                            {61, 0, 0, 20, 0, 0, 0},
                                            {64, 0, 0, 20, 0, 0, 0},
                                            {288, 0, 0, 20, 0, 0, 0},
                                            {32, 128, 0, 20, 0, 0, 0},
                                            {32, 0, 64, 20, 0, 0, 0},
                                            {32, 0, 0, 20, 0, 0},
                                            {32, 0, 0, 20, 0, 0, 0, 0},
                                            {32, 0, 0, 20, 0, 0, uint64_t{1} << 32},
                                            {1, 0, 0, 20, 24, none, 0},
                                            {1, kFailed, 0, 20, 24, 0, 0},
                                            {3, 0, 0, 20, 24, 0, none, 5},
                                            {3, 0, 0, 20, 24, 32, 0, 5},
                                            {3, kMoved, 0, 20, 24, 0, 0, 5}})
    expect_refused(with_rare(rare));
}

// Any change of any byte of the columns gives events or an error.
TEST(HostilePlain, SpoiltBytes) {
  PlainEncoder encoder({.durations = Durations::kAll});
  encoder.encode(StreamMaker(9, {.stacks = 5}).make(300).events);
  const PaddedColumns columns = columns_of(encoder);
  size_t refused = 0;
  for (unsigned id = 0; id < kColumnIds; ++id) {
    const base::Bytes bytes = columns.all()[id];
    for (size_t i = 0; i < bytes.size(); ++i) {
      base::Buffer spoilt(bytes.begin(), bytes.end());
      spoilt[i] = static_cast<uint8_t>(spoilt[i] + 1 + i % 255);
      PaddedColumns other = columns;
      for (unsigned k = 0; k < kColumnIds; ++k) other.set(k, columns.all()[k]);
      other.set(id, spoilt);
      const Decoded decoded = decode(other);
      refused += decoded.sound ? 0 : 1;
      if (decoded.sound) {
        EXPECT_EQ(decoded.block.events.size(), 300U);
      }
    }
  }
  EXPECT_GT(refused, 100U);
}

}  // namespace
}  // namespace heapreel::reel
