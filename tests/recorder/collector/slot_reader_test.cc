// Reading slots: what was written comes out, what is not whole stays, and no bytes at all can lead the reader astray.
#include "recorder/collector/slot_reader.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace heapreel::collector {
namespace {

using reel::Event;
using reel::Op;
using ring::Slot;

struct Seen final : SlotSink {
  void events(std::span<Event> run) override { all.insert(all.end(), run.begin(), run.end()); }
  void note(ring::Note note, uint32_t small, std::span<const uint64_t> words, uint64_t) override {
    notes.push_back(note);
    smalls.push_back(small);
    word_count += words.size();
  }
  void nonsense(uint64_t slots) override { nonsense_slots += slots; }

  std::vector<Event> all;
  std::vector<ring::Note> notes;
  std::vector<uint32_t> smalls;
  size_t word_count = 0;
  uint64_t nonsense_slots = 0;
};

class SlotReader : public testing::Test {
 protected:
  SlotReader() : clock_(ring::ClockSource::kTsc), now_(clock_.now()) {}

  void add(Op op, uint64_t address, uint64_t size) {
    const uint64_t number = static_cast<uint64_t>(op);
    chunk_.push_back({ring::head_of(number, address, now_), ring::body_of(size, now_)});
  }
  void add_note(ring::Note note, uint32_t small, const std::vector<uint64_t>& words) {
    const ring::NoteHead head{.note = note, .words = static_cast<uint32_t>(words.size()), .small = small};
    chunk_.push_back({ring::head_of(ring::kNote, ring::field_of(head), now_), ring::body_of(0, now_)});
    for (size_t i = 0; i < words.size(); i += 2) chunk_.push_back({words[i], i + 1 < words.size() ? words[i + 1] : 0});
  }
  uint32_t read(uint32_t from = 0) { return read_slots(chunk_, from, clock_, seen_); }

  SessionClock clock_;
  uint64_t now_;
  std::vector<Slot> chunk_;
  Seen seen_;
};

TEST_F(SlotReader, PlainEvents) {
  add(Op::kMalloc, 0x1000, 24);
  add(Op::kFree, 0x1000, 0);
  add(Op::kNew, 0x2000, 5);
  chunk_.push_back({});
  EXPECT_EQ(read(), 3U);
  ASSERT_EQ(seen_.all.size(), 3U);
  EXPECT_EQ(seen_.all[0].op, Op::kMalloc);
  EXPECT_EQ(seen_.all[0].object, 0x1000U);
  EXPECT_EQ(seen_.all[0].size, 24U);
  EXPECT_EQ(seen_.all[0].time, now_);
  EXPECT_EQ(seen_.all[2].op, Op::kNew);
  for (const Slot& slot : chunk_) EXPECT_EQ(slot.head, 0U);  // the next owner finds it empty
}

TEST_F(SlotReader, GoesOnWhereItStopped) {
  add(Op::kMalloc, 0x1000, 24);
  chunk_.resize(4);
  EXPECT_EQ(read(), 1U);
  chunk_[1] = {ring::head_of(32, 0x1000, now_), ring::body_of(0, now_)};
  EXPECT_EQ(read(1), 2U);
  EXPECT_EQ(seen_.all.size(), 2U);
}

TEST_F(SlotReader, AReallocTakesItsPrefix) {
  chunk_.push_back({ring::head_of(ring::kOldPrefix, 0x3000, now_), ring::body_of(77, now_)});
  add(Op::kRealloc, 0x4000, 100);
  EXPECT_EQ(read(), 2U);
  ASSERT_EQ(seen_.all.size(), 1U);
  EXPECT_EQ(seen_.all[0].old_object, 0x3000U);
  EXPECT_EQ(seen_.all[0].duration, 77U);
  EXPECT_EQ(seen_.all[0].flags, 0);
}

TEST_F(SlotReader, APrefixWithoutItsEventWaits) {
  chunk_.push_back({ring::head_of(ring::kOldPrefix, 0x3000, now_), ring::body_of(77, now_)});
  chunk_.push_back({});
  EXPECT_EQ(read(), 0U);
  EXPECT_NE(chunk_[0].head, 0U);
  EXPECT_TRUE(seen_.all.empty());
}

TEST_F(SlotReader, WideEvents) {
  const uint32_t small = static_cast<uint32_t>(Op::kMemalign) | uint32_t{reel::kFailed} << 6 | 12U << 14;
  add_note(ring::Note::kWideEvent, small, {0xFFFF888800000001, uint64_t{5} << 32, 0, 9});
  EXPECT_EQ(read(), 3U);
  ASSERT_EQ(seen_.all.size(), 1U);
  const Event& event = seen_.all[0];
  EXPECT_EQ(event.op, Op::kMemalign);
  EXPECT_EQ(event.flags, reel::kFailed);
  EXPECT_EQ(event.align_log2, 12);
  EXPECT_EQ(event.object, 0xFFFF888800000001U);
  EXPECT_EQ(event.size, uint64_t{5} << 32);
}

TEST_F(SlotReader, NotesKeepTheirPlace) {
  add(Op::kMalloc, 0x1000, 24);
  add_note(ring::Note::kGap, 0, {12, 1});
  add_note(ring::Note::kMark, 5, {0x6F6C6C6568});
  add(Op::kFree, 0x1000, 0);
  EXPECT_EQ(read(), chunk_.size());
  EXPECT_EQ(seen_.notes, (std::vector{ring::Note::kGap, ring::Note::kMark}));
  EXPECT_EQ(seen_.word_count, 3U);
  EXPECT_EQ(seen_.all.size(), 2U);
}

TEST_F(SlotReader, ANoteThatReachesBeyondTheChunkIsNonsense) {
  const ring::NoteHead head{.note = ring::Note::kMark, .words = 900, .small = 0};
  chunk_.push_back({ring::head_of(ring::kNote, ring::field_of(head), now_), ring::body_of(0, now_)});
  chunk_.push_back({});
  EXPECT_EQ(read(), 2U);
  EXPECT_EQ(seen_.nonsense_slots, 2U);
}

// Whatever a wild pointer leaves in the chunk.
TEST_F(SlotReader, RandomBytes) {
  std::mt19937_64 random(20261121);
  for (int round = 0; round < 3000; ++round) {
    chunk_.assign(256, {});
    for (Slot& slot : chunk_) {
      slot = {random(), random()};
      if (random() % 4 == 0) slot.head = ring::head_of(60 + random() % 4, random() & 0x7fffffffffF8, random());
    }
    uint32_t at = 0;
    for (uint32_t next = read(at); next != at && next < chunk_.size(); next = read(at)) at = next;
    for (const Event& event : seen_.all) ASSERT_TRUE(reel::is_known(static_cast<uint8_t>(event.op)));
    seen_ = {};
  }
}

}  // namespace
}  // namespace heapreel::collector
