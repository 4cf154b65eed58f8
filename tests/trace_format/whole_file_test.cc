// A recording keeps its content on its way from capture to packed and from packed to packed, whatever the level, the
// size of the blocks, the precision of the times, with addresses or without; on random streams and on real recordings.
#include <gtest/gtest.h>
#include <iostream>

#include "tests/trace_format/random_events.h"
#include "tests/trace_format/reels.h"
#include "tests/trace_format/soundness.h"
#include "tools/importers/mlogcol.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

// All that packing must not change, as text that shows where it did. (Only a capture's resolver can tell a second free
// from a free of an unknown block.)
std::string content_of(const Verdict& verdict) {
  const Summary& sum = verdict.summary;
  std::string text = base::to_hex(sum.content_id);
  for (const uint64_t number :
       {sum.counts.events, sum.counts.births, sum.counts.births_bytes, sum.threads, sum.live_peak_bytes,
        sum.live_peak_objects, sum.live_end_bytes, sum.live_end_objects, sum.counts.failed,
        sum.counts.cross_thread_frees, sum.counts.reallocs_moved, sum.counts.unknown_frees + sum.counts.double_frees,
        sum.counts.implied_frees, sum.events_lost})
    text += " " + std::to_string(number);
  for (const uint64_t number : sum.counts.by_op) text += " " + std::to_string(number);
  return text;
}

uint64_t time_error(const std::vector<Event>& a, const std::vector<Event>& b) {
  uint64_t worst = 0;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    worst = std::max(worst, std::max(a[i].time, b[i].time) - std::min(a[i].time, b[i].time));
  return worst;
}

// In ticks, as the packed reel says.
uint64_t declared_error(const std::string& path) {
  return read_metadata(*ReelFile::open(path))->shared.packing().time_error();
}

class WholeFile : public testing::Test {
 protected:
  std::string file(const std::string& name) const { return folder_.file(name); }

  // Packs in every way, and each result again in another way. `thorough`: all levels and block sizes.
  void expect_content_kept(const std::string& capture, bool thorough) {
    const std::string content = content_of(verdict_of(capture));
    const std::vector<Event> events = read_events(capture).events;
    for (const TimeKeeping times : {TimeKeeping::kExact, TimeKeeping::kWithin, TimeKeeping::kNone}) {
      for (const uint32_t block_events : thorough ? std::vector<uint32_t>{3, 1000} : std::vector<uint32_t>{1U << 16}) {
        PackOptions options{.level = thorough ? 19 : 1, .block_events = block_events, .times = times};
        options.keep_addresses = times == TimeKeeping::kExact;
        const PackResult result = pack_to(capture, file("packed.reel"), options, 1000);
        const Verdict verdict = verdict_of(file("packed.reel"));
        EXPECT_TRUE(verdict.damage.empty()) << verdict.text();
        EXPECT_EQ(content_of(verdict), content);
        EXPECT_EQ(result.content_id, verdict.summary.content_id);
        const std::vector<Event> packed = read_events(file("packed.reel")).events;
        if (times != TimeKeeping::kNone) {
          EXPECT_LE(time_error(events, packed), declared_error(file("packed.reel")));
        }
        pack_to(file("packed.reel"), file("again.reel"), {.level = 3, .block_events = 500, .keep_addresses = true}, 0);
        EXPECT_EQ(content_of(verdict_of(file("again.reel"))), content);
      }
    }
  }

  TemporaryFolder folder_;
};

// Several threads, each telling its own story, now and then about the same addresses.
std::vector<Event> random_capture(uint64_t seed) {
  Random random(seed);
  std::vector<Event> events;
  const auto threads = static_cast<uint32_t>(1 + random.below(6));
  const bool odd_addresses = random.one_in(2);  // of all threads or none: a packed block cannot tell both far apart
  for (uint32_t thread = 0; thread < threads; ++thread) {
    RandomOptions options{.first_time = seed % 3 == 0 ? uint64_t{1} << 59 : 0,
                          .step_ticks_max = 1U << random.below(16)};
    options.odd_addresses = odd_addresses;
    const RandomStream stream = StreamMaker(seed * 100 + thread, options).make(100 + random.below(900));
    for (Event event : stream.events) {
      event.thread = thread * 3;
      events.push_back(event);
    }
  }
  return events;
}

TEST_F(WholeFile, RandomStreamsKeepTheirContent) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    const std::string capture = file("capture.reel");
    write_capture(capture, random_capture(seed),
                  {.level = static_cast<int>(seed % 4), .block_events = seed % 2 == 0 ? 50U : 1U << 16});
    expect_content_kept(capture, seed % 4 == 0);
    if (HasFailure()) return;
  }
}

TEST_F(WholeFile, AddressesAreKeptWhenAskedFor) {
  write_capture(file("capture.reel"), random_capture(5));
  pack_to(file("capture.reel"), file("packed.reel"),
          {.block_events = 100, .times = TimeKeeping::kExact, .keep_addresses = true});
  const StreamOptions options{.addresses = true};
  const Reading captured = read_events(file("capture.reel"), 0, options);
  const Reading packed = read_events(file("packed.reel"), 0, options);
  ASSERT_EQ(packed.addresses.size(), captured.addresses.size());
  for (size_t i = 0; i < packed.events.size(); ++i) {
    const bool born = births(packed.events[i].op, packed.events[i].flags);
    ASSERT_EQ(packed.addresses[i], born ? captured.addresses[i] : 0) << i;
  }
}

// Blocks with addresses and blocks without cannot share one when they are packed again.
TEST_F(WholeFile, AddressesThatSomeBlocksLack) {
  EventEncoder encoder({.naming = Naming::kNumber});
  BodyPacker packer(kUncompressed);
  auto writer = ReelWriter::create(file("mixed.reel"), true);
  require(writer);
  for (uint64_t block = 0; block < 6; ++block) {
    const std::vector<Event> events = {malloc_of(block * 10, 1, 8, block * 2 + 1),
                                       malloc_of(block * 10, 1, 8, block * 2 + 2)};
    const std::vector<uint64_t> addresses = {0x1000 + block, 0x2000 + block};
    encoder.encode(events, block * 2 + 1, block % 2 == 0 ? addresses : std::vector<uint64_t>{});
    const BlockHeader header = pack_events(encoder, events, packer);
    require(writer->append(header, packer.finish()));
  }
  require(writer->finish());
  pack_to(file("mixed.reel"), file("packed.reel"), {.keep_addresses = true}, 0);
  EXPECT_TRUE(verdict_of(file("packed.reel")).sound()) << verdict_of(file("packed.reel")).text();
  EXPECT_EQ(content_of(verdict_of(file("packed.reel"))), content_of(verdict_of(file("mixed.reel"))));
}

// Times of a packed reel may go back, if whoever wrote it did not care.
TEST_F(WholeFile, TimesThatGoBackSurvivePacking) {
  EventEncoder encoder({.naming = Naming::kNumber});
  BodyPacker packer(kUncompressed);
  auto writer = ReelWriter::create(file("back.reel"), true);
  require(writer);
  const std::vector<Event> events = {malloc_of(500, 1, 8, 1), malloc_of(20, 1, 8, 2), malloc_of(90, 1, 8, 3)};
  encoder.encode(events, 1);
  const BlockHeader header = pack_events(encoder, events, packer);
  require(writer->append(header, packer.finish()));
  require(writer->finish());
  EXPECT_TRUE(verdict_of(file("back.reel")).sound()) << verdict_of(file("back.reel")).text();
  for (const TimeKeeping times : {TimeKeeping::kExact, TimeKeeping::kWithin, TimeKeeping::kNone}) {
    pack_to(file("back.reel"), file("packed.reel"), {.times = times}, 100);
    EXPECT_TRUE(verdict_of(file("packed.reel")).sound()) << verdict_of(file("packed.reel")).text();
  }
}

// The control: another event, another content.
TEST_F(WholeFile, AnotherStreamHasAnotherContent) {
  std::vector<Event> events = random_capture(3);
  write_capture(file("one.reel"), events);
  events.pop_back();
  write_capture(file("other.reel"), events);
  EXPECT_NE(content_of(verdict_of(file("one.reel"))), content_of(verdict_of(file("other.reel"))));
}

TEST_F(WholeFile, RecordingsKeepTheirContent) {
  const std::filesystem::path folder = std::filesystem::path(HEAPREEL_CORPUS_DIR) / "recorded";
  if (!std::filesystem::is_directory(folder)) {
    std::cout << "left out: no recordings in HEAPREEL_CORPUS_DIR; the random streams stand for them\n";
    return;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().string().ends_with(".mlogcol.zst")) continue;
    SCOPED_TRACE(entry.path().filename());
    auto reader = importers::MlogcolReader::open(entry.path().string());
    require(reader);
    std::vector<Event> events(std::min<uint64_t>(reader->events(), HEAPREEL_CORPUS_EVENTS));
    for (Event& event : events) ASSERT_TRUE(reader->next(event));
    write_capture(file("capture.reel"), events, {.ticks_per_second = 2'596'138'000});
    EXPECT_EQ(verdict_of(file("capture.reel")).summary.counts.unknown_frees, 0U);
    expect_content_kept(file("capture.reel"), false);
  }
}

}  // namespace
}  // namespace heapreel::reel
