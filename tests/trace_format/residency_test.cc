// Notes of resident pages: by address in a capture, by object number once it is packed.
#include <gtest/gtest.h>

#include "tests/trace_format/events.h"
#include "tests/trace_format/reels.h"
#include "trace_format/store/metadata.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

struct Note {
  uint64_t time = 0;
  uint64_t block = 0;
  uint64_t pages = 0;
  uint32_t occasion = 0;
  bool operator==(const Note&) const = default;
};
constexpr uint32_t kByTime = 0, kAtFree = 1, kAtRealloc = 2, kAtExit = 3;
constexpr uint64_t kA = 0x10000, kB = 0x90000;

void add_notes(proto::Metadata& metadata, const std::vector<Note>& notes) {
  proto::Residency& piece = *metadata.add_residency();
  Note last;
  for (const Note& note : notes) {
    piece.add_time_steps(note.time - last.time);
    piece.add_block_steps(static_cast<int64_t>(note.block - last.block));
    piece.add_resident_pages(note.pages);
    piece.add_occasions(note.occasion);
    last = note;
  }
}

std::vector<Note> notes_in(const proto::Metadata& metadata) {
  std::vector<Note> notes;
  for (const proto::Residency& piece : metadata.residency()) {
    Note note;
    for (int i = 0; i < piece.time_steps_size(); ++i) {
      note.time += piece.time_steps(i);
      note.block += static_cast<uint64_t>(piece.block_steps(i));
      note.pages = piece.resident_pages(i);
      note.occasion = piece.occasions(i);
      notes.push_back(note);
    }
  }
  return notes;
}

struct Packed {
  std::vector<Note> notes;
  uint64_t dropped = 0;
};

// What becomes of notes when the events they are about are packed; and that nothing changes when that is packed again.
Packed pack_notes(const std::vector<Event>& events, const std::vector<std::vector<Note>>& pieces) {
  const TemporaryFolder folder;
  auto writer = ReelWriter::create(folder.file("capture.reel"), true, kTestId);
  CaptureWriter capture(*writer, {});
  for (const Event& event : events) EXPECT_TRUE(capture.add(event));
  require(capture.flush());
  proto::Metadata metadata;
  for (const std::vector<Note>& notes : pieces) add_notes(metadata, notes);
  require(writer->append(metadata));
  require(writer->finish());
  const PackResult result = pack_to(folder.file("capture.reel"), folder.file("packed.reel"), {});
  pack_to(folder.file("packed.reel"), folder.file("again.reel"), {.keep_addresses = true});
  const proto::Metadata once = read_metadata(*ReelFile::open(folder.file("packed.reel")))->shared;
  const proto::Metadata twice = read_metadata(*ReelFile::open(folder.file("again.reel")))->shared;
  EXPECT_EQ(notes_in(once), notes_in(twice));
  EXPECT_EQ(once.packing().residency_dropped(), result.residency_dropped);
  EXPECT_EQ(once.packing().residency_dropped(), twice.packing().residency_dropped());
  return {notes_in(once), result.residency_dropped};
}

// Object 1 lives at A from 10 to 50 and 3 from 60 on; object 2 lives at B from 20, and moves in a realloc from 70
// to 80.
std::vector<Event> story() {
  return {malloc_of(10, 1, 1 << 20, kA), malloc_of(20, 1, 1 << 20, kB), free_of(50, 1, kA),
          malloc_of(60, 1, 1 << 20, kA), realloc_of(80, 1, 1 << 21, kB, kB + (1 << 24), 10)};
}

TEST(Residency, NotesFindTheObjectsOfTheirTime) {
  const Packed packed = pack_notes(
      story(),
      {{{30, kA, 5, kByTime}, {30, kB, 6, kByTime}, {50, kA, 7, kAtFree}},
       {{65, kA, 8, kByTime}, {70, kB, 9, kAtRealloc}, {90, kB + (1 << 24), 10, kAtExit}, {90, kA, 11, kAtExit}}});
  const std::vector<Note> wanted = {{30, 1, 5, kByTime}, {30, 2, 6, kByTime},    {50, 1, 7, kAtFree},
                                    {65, 3, 8, kByTime}, {70, 2, 9, kAtRealloc}, {90, 4, 10, kAtExit},
                                    {90, 3, 11, kAtExit}};
  EXPECT_EQ(packed.notes, wanted);
  EXPECT_EQ(packed.dropped, 0U);
}

TEST(Residency, NotesOfNobodyAreDroppedAndCounted) {
  const Packed packed = pack_notes(story(), {{{5, kA, 1, kByTime},
                                              {30, kA + 16, 1, kByTime},
                                              {55, kA, 1, kByTime},
                                              {90, kB, 1, kByTime},
                                              {90, 0, 1, kByTime},
                                              {~uint64_t{0}, kB, 1, kByTime}}});
  EXPECT_TRUE(packed.notes.empty());
  EXPECT_EQ(packed.dropped, 6U);
}

TEST(Residency, ANoteOfADeathMayComeLate) {
  const Packed packed = pack_notes(story(), {{{55, kA, 4, kAtFree}, {61, kA, 5, kAtFree}}});
  const std::vector<Note> wanted = {{55, 1, 4, kAtFree}, {61, 3, 5, kAtFree}};
  EXPECT_EQ(packed.notes, wanted) << "the second comes after the next birth";
}

// While a program has one thread, one stamp stands for several events.
TEST(Residency, LivesWithinOneStampAreToldApart) {
  const std::vector<Event> events = {malloc_of(10, 1, 1 << 20, kA), free_of(10, 1, kA), malloc_of(10, 1, 1 << 20, kA),
                                     free_of(10, 1, kA)};
  const Packed packed = pack_notes(events, {{{10, kA, 1, kAtFree}, {10, kA, 2, kAtFree}}});
  const std::vector<Note> wanted = {{10, 1, 1, kAtFree}, {10, 2, 2, kAtFree}};
  EXPECT_EQ(packed.notes, wanted);
}

TEST(Residency, ListsOfDifferentLength) {
  const TemporaryFolder folder;
  auto writer = ReelWriter::create(folder.file("capture.reel"), true, kTestId);
  CaptureWriter capture(*writer, {});
  for (const Event& event : story()) EXPECT_TRUE(capture.add(event));
  require(capture.flush());
  proto::Metadata metadata;
  add_notes(metadata, {{30, kA, 5, kByTime}, {31, kA, 6, kByTime}});
  metadata.mutable_residency(0)->mutable_occasions()->RemoveLast();
  require(writer->append(metadata));
  require(writer->finish());
  EXPECT_EQ(pack_to(folder.file("capture.reel"), folder.file("packed.reel"), {}).residency_dropped, 1U);
  const auto packed = read_metadata(*ReelFile::open(folder.file("packed.reel")));
  EXPECT_EQ(notes_in(packed->shared), (std::vector<Note>{{30, 1, 5, kByTime}}));
}

}  // namespace
}  // namespace heapreel::reel
