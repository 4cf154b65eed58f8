// Call stacks: numbers of events that survive writing and packing, and the tree that they are numbers of.
#include <gtest/gtest.h>

#include "tests/trace_format/bounded.h"
#include "tests/trace_format/columns.h"
#include "tests/trace_format/events.h"
#include "tests/trace_format/raw_reel.h"
#include "tests/trace_format/reels.h"
#include "trace_format/store/stack_tree.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

Event at_stack(Event event, uint32_t stack) {
  event.stack = stack;
  return event;
}

// A story in which stacks come again, one has none, one fails and a realloc has one.
std::vector<Event> story() {
  return {at_stack(malloc_of(10, 1, 24, 0x1000), 3),
          at_stack(malloc_of(20, 1, 24, 0x2000), 1),
          malloc_of(30, 1, 24, 0x3000),
          free_of(40, 1, 0x2000),
          at_stack(with(malloc_of(50, 1, 24, 0), Op::kMalloc, kFailed), 2),
          at_stack(realloc_of(60, 1, 48, 0x1000, 0x4000, 5), 3),
          at_stack(malloc_of(70, 1, 24, 0x2000), 1)};
}

std::vector<uint32_t> stacks_of(const std::vector<Event>& events) {
  std::vector<uint32_t> stacks;
  for (const Event& event : events) stacks.push_back(event.stack);
  return stacks;
}

const std::vector<uint32_t> kStoryStacks = {3, 1, 0, 0, 2, 3, 1};

TEST(Stacks, SurviveWritingAndPacking) {
  const TemporaryFolder folder;
  const std::string capture = folder.file("capture.reel");
  write_capture(capture, story());
  EXPECT_EQ(stacks_of(read_events(capture).events), kStoryStacks);
  for (const bool keep_addresses : {false, true}) {
    const std::string packed = folder.file("packed.reel");
    pack_to(capture, packed, {.keep_addresses = keep_addresses});
    EXPECT_EQ(stacks_of(read_events(packed).events), kStoryStacks);
  }
}

TEST(Stacks, AreNotPartOfTheContentId) {
  const TemporaryFolder folder;
  std::vector<Event> plain = story();
  for (Event& event : plain) event.stack = 0;
  write_capture(folder.file("with.reel"), story());
  write_capture(folder.file("without.reel"), plain);
  const auto id_of = [&folder](const char* name) { return verdict_of(folder.file(name)).summary.content_id; };
  EXPECT_EQ(id_of("with.reel"), id_of("without.reel"));
  plain[0].size += 1;  // the control
  write_capture(folder.file("other.reel"), plain);
  EXPECT_NE(id_of("other.reel"), id_of("without.reel"));
}

TEST(Stacks, TakeNoColumnIfThereAreNone) {
  EventEncoder encoder(EncoderOptions{});
  std::vector<Event> events = story();
  encoder.encode(events);
  EXPECT_FALSE(encoder.column(30).empty());
  for (Event& event : events) event.stack = 0;
  events[3].stack = 7;  // a free has no stack to keep
  encoder.encode(events);
  EXPECT_TRUE(encoder.column(30).empty());
}

TEST(Stacks, BusyOnesTakeAByte) {
  std::vector<Event> events;
  for (uint32_t i = 0; i < 60'000; ++i)
    events.push_back(at_stack(malloc_of(i, 1, 24, 0x1000 + i * 32), 1'000'000 + i * i % 211));
  EventEncoder encoder(EncoderOptions{});
  encoder.encode(events);
  EXPECT_LT(encoder.column(30).size() + encoder.column(31).size(), 60'000U + 211 * 5);
}

// --- hostile columns -------------------------------------------------------------------------------------------------

Verdict verdict_of_stacks(const std::vector<uint64_t>& stacks) {
  RawEvents events;
  events.more = numbers(Column::kStack, stacks);
  RawReel reel;
  proto::Metadata metadata;
  for (int i = 0; i < 9; ++i) {
    metadata.add_stacks()->add_parents(0);
    metadata.mutable_stacks(i)->add_modules(0);
    metadata.mutable_stacks(i)->add_offsets(4096);
  }
  const std::string message = metadata.SerializeAsString();
  reel.block(BlockType::kMetadata, {bytes_column(0, {message.begin(), message.end()})});
  reel.block(BlockType::kPacked, events.columns(), 3, [](BlockHeader& header) {
    header.first_time = 100;
    header.last_time = 120;
  });
  return bounded_verdict(reel.finished());
}

TEST(Stacks, ColumnsThatFitAreSound) {
  for (const std::vector<uint64_t>& stacks :
       {std::vector<uint64_t>{0, 0}, {1, 2, 2}, {1, 8, 1, 3}, {1, 18, 0}, {1, 6, 1, 0}}) {
    const Verdict verdict = verdict_of_stacks(stacks);
    EXPECT_TRUE(verdict.sound()) << verdict.text();
  }
}

TEST(Stacks, ColumnsThatDoNotFitAreRefused) {
  for (const std::vector<uint64_t>& stacks : {std::vector<uint64_t>{0},
                                              {0, 0, 0},
                                              {2, 0},
                                              {1, 2, 3},
                                              {1, 0, 0},
                                              {1, 1, 0},
                                              {1, uint64_t{1} << 33, 0},
                                              {1, ~uint64_t{0}, 0},
                                              {~uint64_t{0}, 0},
                                              {1}}) {
    const Verdict verdict = verdict_of_stacks(stacks);
    EXPECT_TRUE(verdict.says("call stacks do not match")) << verdict.text();
    EXPECT_EQ(verdict.events_lost, 3U);
  }
}

TEST(Stacks, NumbersBeyondTheTreeAreNoted) {
  EXPECT_TRUE(verdict_of_stacks({1, 20, 0}).says("name call stack 10, but the reel holds 9"));
  EXPECT_TRUE(verdict_of_stacks({1, 0xFFFFFFFFU * uint64_t{2}, 0}).says("name call stack 4294967295"));
}

// --- the tree --------------------------------------------------------------------------------------------------------

void add_piece(proto::Metadata& metadata, const std::vector<StackNode>& nodes) {
  proto::StackNodes& piece = *metadata.add_stacks();
  for (const StackNode& node : nodes) {
    piece.add_parents(node.parent);
    piece.add_modules(node.module);
    piece.add_offsets(node.offset);
  }
}

TEST(StackTree, PiecesContinueTheNumbers) {
  proto::Metadata metadata;
  add_piece(metadata, {{0, 1, 0x100}, {1, 1, 0x200}});
  add_piece(metadata, {{2, 2, 0x300}, {1, 0, 0x7f0000001234}});
  const StackTree tree(metadata);
  EXPECT_EQ(tree.nodes(), 4U);
  std::vector<uint64_t> offsets;
  for (const StackNode& frame : tree.frames(3)) offsets.push_back(frame.offset);
  EXPECT_EQ(offsets, (std::vector<uint64_t>{0x300, 0x200, 0x100}));
  EXPECT_TRUE(tree.frames(0).empty());
  EXPECT_TRUE(tree.frames(5).empty());
  EXPECT_TRUE(tree.faults(4).empty());
  EXPECT_EQ(tree.faults(5).size(), 1U);
}

TEST(StackTree, CallersThatDoNotComeBeforeAreNoted) {
  for (const uint32_t parent : {2U, 3U, 4U, ~0U}) {
    proto::Metadata metadata;
    add_piece(metadata, {{0, 1, 0x100}, {parent, 1, 0x200}, {2, 1, 0x300}});
    const StackTree tree(metadata);
    ASSERT_EQ(tree.faults(0).size(), 1U) << parent;
    EXPECT_NE(tree.faults(0)[0].find("before their callers"), std::string::npos);
    EXPECT_EQ(tree.frames(3).size(), 2U) << "the walk ends";
  }
}

TEST(StackTree, ListsOfDifferentLengthAreNoted) {
  proto::Metadata metadata;
  add_piece(metadata, {{0, 1, 0x100}, {1, 1, 0x200}});
  metadata.mutable_stacks(0)->add_parents(1);
  const StackTree tree(metadata);
  EXPECT_EQ(tree.nodes(), 2U);
  ASSERT_EQ(tree.faults(0).size(), 1U);
  EXPECT_NE(tree.faults(0)[0].find("differ in length"), std::string::npos);
}

}  // namespace
}  // namespace heapreel::reel
