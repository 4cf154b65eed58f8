// The reel's notes of resident pages become touches of the right object at the right place, whichever form the reel
// has.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/replayer/plan/reference_plan.h"
#include "tests/trace_format/random_events.h"

namespace heapreel::plan {
namespace {

using namespace heapreel::tests;  // NOLINT: the words of these tests
using namespace plan::tests;      // NOLINT

struct Note {
  uint64_t time = 0;
  uint64_t block = 0;
  uint64_t pages = 0;
  uint32_t occasion = 0;
};
constexpr uint32_t kByTime = 0, kAtFree = 1, kAtRealloc = 2, kAtExit = 3;
constexpr uint64_t kA = 0x10000, kB = 0x900000;
constexpr uint64_t kMiB = 1 << 20;

void write_reel(const std::string& path, const std::vector<Event>& events, const std::vector<Note>& notes) {
  auto writer = reel::ReelWriter::create(path, true, kTestId);
  require(writer);
  reel::CaptureWriter capture(*writer, {});
  for (const Event& event : events) EXPECT_TRUE(capture.add(event));
  require(capture.flush());
  reel::proto::Metadata metadata;
  reel::proto::Residency& piece = *metadata.add_residency();
  Note last;
  for (const Note& note : notes) {
    piece.add_time_steps(note.time - last.time);
    piece.add_block_steps(static_cast<int64_t>(note.block - last.block));
    piece.add_resident_pages(note.pages);
    piece.add_occasions(note.occasion);
    last = note;
  }
  require(writer->append(metadata));
  require(writer->finish());
}

// The ops of all threads as words, in order of threads: "+slot", "-slot", "r slot", "t slot from-to".
std::string words_of(const PlanFile& plan) {
  std::string words;
  for (const ThreadPlan& thread : plan.threads()) {
    words += "| ";
    plan.for_each_stretch(thread, [&](const Stretch&, std::span<const Op> ops) {
      for (const Op& op : ops) {
        if (op.kind == Kind::kSpawn) continue;
        words += op.kind == Kind::kMalloc ? '+' : op.kind == Kind::kFree ? '-' : op.kind == Kind::kTouch ? 't' : 'r';
        words += std::to_string(op.slot) + ' ';
        if (op.kind == Kind::kTouch)
          words += std::to_string(op.size >> 32) + '-' + std::to_string(op.size & 0xffffffff) + ' ';
      }
    });
  }
  return words;
}

struct Made {
  std::string words;
  PlanHeader header;
};

Made made_of(const std::vector<Event>& events, const std::vector<Note>& notes) {
  const TemporaryFolder folder;
  write_reel(folder.file("a.reel"), events, notes);
  pack_to(folder.file("a.reel"), folder.file("b.reel"), {}, 0);
  const PlanFile captured = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  const PlanFile packed = plan_of(folder.file("b.reel"), folder.file("b.plan"));
  EXPECT_TRUE(words_of(captured) == words_of(packed))
      << "both forms tell the same: " << words_of(packed).substr(0, 200);
  EXPECT_EQ(captured.header().policies.touches_without_block, packed.header().policies.touches_without_block);
  return {words_of(captured), captured.header()};
}

TEST(Touches, ByTimeAtDeathAndAtTheEnd) {
  const std::vector<Event> events = {malloc_of(10, 1, kMiB, kA), malloc_of(20, 1, kMiB, kB), malloc_of(40, 1, 8, 0x40),
                                     free_of(50, 1, kA), malloc_of(90, 1, 8, 0x80)};
  const Made made =
      made_of(events, {{30, kA, 5, kByTime}, {35, kB, 6, kByTime}, {50, kA, 7, kAtFree}, {95, kB, 9, kAtExit}});
  EXPECT_EQ(made.words, "| +0 +1 t0 0-5 t1 0-6 +2 t0 5-7 -0 +0 t1 6-9 ");
  EXPECT_EQ(made.header.flags & kTouchRecorded, kTouchRecorded);
}

TEST(Touches, OnlyRise) {
  const Made made = made_of({malloc_of(10, 1, kMiB, kA), malloc_of(90, 1, 8, kB)},
                            {{30, kA, 5, kByTime}, {40, kA, 3, kByTime}, {50, kA, 5, kByTime}, {60, kA, 6, kByTime}});
  EXPECT_EQ(made.words, "| +0 t0 0-5 t0 5-6 +1 ");
}

TEST(Touches, NeverBeyondTheBlockAndNotOfSmallOnes) {
  const Made made = made_of({malloc_of(10, 1, 65'536 + 1, kA), malloc_of(10, 1, 65'535, kB), malloc_of(90, 1, 8, 0x40)},
                            {{30, kA, 400, kByTime}, {30, kB, 4, kByTime}});
  EXPECT_EQ(made.words, "| +0 +1 t0 0-17 +2 ");
}

TEST(Touches, ADeathsNoteMayComeLateAndBelongsToTheDead) {
  const Made made = made_of({malloc_of(10, 1, kMiB, kA), free_of(50, 1, kA), malloc_of(60, 1, kMiB, kA),
                             free_of(70, 1, kA), malloc_of(90, 1, 8, kB)},
                            {{55, kA, 4, kAtFree}, {75, kA, 5, kAtFree}});
  EXPECT_EQ(made.words, "| +0 t0 0-4 -0 +0 t0 0-5 -0 +0 ");
}

TEST(Touches, ALateNoteAfterTheNextBirthIsNotOfTheDead) {
  const Made made = made_of({malloc_of(10, 1, kMiB, kA), free_of(50, 1, kA), malloc_of(60, 1, kMiB, kA),
                             free_of(70, 1, kA), malloc_of(90, 1, 8, kB)},
                            {{75, kA, 5, kAtFree}});
  EXPECT_EQ(made.words, "| +0 -0 +0 t0 0-5 -0 +0 ");
}

TEST(Touches, AReallocKeepsWhatIsTouched) {
  const Made made =
      made_of({malloc_of(10, 1, kMiB, kA), realloc_of(60, 1, 2 * kMiB, kA, kB, 5),
               realloc_of(80, 1, kMiB / 4, kB, kB, 5), malloc_of(90, 1, 8, 0x40)},
              {{30, kA, 5, kByTime}, {55, kA, 200, kAtRealloc}, {70, kB, 300, kByTime}, {85, kB, 64, kByTime}});
  EXPECT_EQ(made.words, "| +0 t0 0-5 t0 5-200 r0 t0 200-300 r0 +1 ");
}

// A thread that has ended is not kept alive for a touch; one that has not does it without waiting.
TEST(Touches, AreOfWhoUsedTheBlockLast) {
  const std::vector<Event> events = {note_of(1, 0, reel::Op::kThreadStart), malloc_of(10, 1, kMiB, kA),
                                     malloc_of(20, 2, kMiB, kB), note_of(25, 1, reel::Op::kThreadEnd),
                                     malloc_of(90, 0, 8, 0x40)};
  const Made made = made_of(events, {{30, kA, 5, kByTime}, {30, kB, 6, kByTime}});
  EXPECT_EQ(made.words, "| t0 0-5 +16 | +0 | +8 t8 0-6 ");
}

TEST(Touches, NotesOfNobodyAreCounted) {
  const Made made = made_of({malloc_of(10, 1, kMiB, kA), free_of(50, 1, kA), malloc_of(90, 1, 8, kB)},
                            {{5, kA, 1, kByTime}, {60, kA, 1, kByTime}, {60, 0x77000, 1, kByTime}});
  EXPECT_EQ(made.words, "| +0 -0 +0 ");
  EXPECT_EQ(made.header.policies.touches_without_block, 3U);
}

TEST(Touches, WithoutNotesThereAreNone) {
  const TemporaryFolder folder;
  write_capture(folder.file("a.reel"), {malloc_of(10, 1, kMiB, kA)});
  const PlanFile plan = plan_of(folder.file("a.reel"), folder.file("a.plan"));
  EXPECT_EQ(plan.header().flags & kTouchRecorded, 0U);
}

// Packed times are off by microseconds; notes by number find their objects all the same.
TEST(Touches, InexactTimesLoseNothing) {
  const TemporaryFolder folder;
  write_reel(folder.file("a.reel"),
             {malloc_of(100, 1, kMiB, kA), free_of(5000, 1, kA), malloc_of(9000, 1, 8, 0x40),
              malloc_of(9100, 1, kMiB, kB), malloc_of(50'000, 1, 8, 0x80)},
             {{101, kA, 5, kByTime}, {4999, kA, 6, kByTime}, {9101, kB, 7, kByTime}});
  pack_to(folder.file("a.reel"), folder.file("b.reel"), {}, 100'000);
  const PlanFile plan = plan_of(folder.file("b.reel"), folder.file("b.plan"));
  const std::string words = words_of(plan);
  EXPECT_NE(words.find("-6 "), std::string::npos) << words;
  EXPECT_NE(words.find("t1 0-7 "), std::string::npos) << words;
  EXPECT_EQ(plan.header().policies.touches_without_block, 0U);
}

// Large blocks at a few addresses that are used again and again, and notes about them.
struct Story {
  std::vector<Event> events;
  std::vector<Note> notes;
};

Story random_story(uint64_t seed) {
  Random random(seed);
  Story story;
  std::vector<bool> lives(30);
  uint64_t now = 1000;
  for (int i = 0; i < 3000; ++i) {
    now += random.below(3) * 20;
    const size_t place = random.below(lives.size());
    const uint64_t address = 0x100000 * (place + 1);
    const auto thread = static_cast<uint32_t>(random.below(4));
    if (lives[place] && random.one_in(3)) story.notes.push_back({now, address, random.below(150), kByTime});
    if (lives[place] && random.one_in(2))
      story.notes.push_back({now + random.below(15), address, random.below(150), kAtFree});
    story.events.push_back(lives[place] ? free_of(now, thread, address)
                                        : malloc_of(now, thread, 65'536 + 4096 * random.below(100), address));
    now += 20;
    lives[place] = !lives[place];
  }
  std::stable_sort(story.notes.begin(), story.notes.end(),
                   [](const Note& a, const Note& b) { return a.time < b.time; });
  return story;
}

// In packed form pack has placed the notes: two ways to the same touches.
TEST(Touches, BothFormsAgreeOnRandomStories) {
  uint64_t touches = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Story story = random_story(seed);
    touches += made_of(story.events, story.notes).header.ops_by_kind[static_cast<size_t>(Kind::kTouch)];
  }
  EXPECT_GT(touches, 5000U);
}

}  // namespace
}  // namespace heapreel::plan
