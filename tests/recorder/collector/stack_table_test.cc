// The tree of stacks gives back exactly what went in, once.
#include "recorder/collector/stack_table.h"

#include <gtest/gtest.h>
#include <map>
#include <random>

#include "recorder/collector/thread_stacks.h"

namespace heapreel::collector {
namespace {

constexpr uint64_t kStart = 0x10000;
constexpr uint64_t kBytes = 0x10000;

ModuleMap two_modules() {
  ModuleMap map;
  for (const uint64_t start : {kStart, kStart + kBytes})
    map.load({.range = {.start = start, .end = start + kBytes},
              .file_offset = 0,
              .build_id = {},
              .path = "/lib/" + std::to_string(start),
              .code = {{.start = start, .end = start + kBytes}}},
             1);
  return map;
}

// As a reader sees the nodes: all runs one after the other.
struct Reader {
  StackNodes all;
  void add(const StackNodes& run) {
    all.parents.insert(all.parents.end(), run.parents.begin(), run.parents.end());
    all.modules.insert(all.modules.end(), run.modules.begin(), run.modules.end());
    all.offsets.insert(all.offsets.end(), run.offsets.begin(), run.offsets.end());
  }
  // Addresses again, innermost first.
  std::vector<uint64_t> stack(uint32_t number) const {
    std::vector<uint64_t> frames;
    for (; number != 0; number = all.parents[number - 1]) {
      const uint32_t module = all.modules[number - 1];
      frames.push_back(all.offsets[number - 1] + (module == 0 ? 0 : kStart + (module - 1) * kBytes));
      EXPECT_LT(all.parents[number - 1], number) << "a parent comes first";
    }
    return frames;
  }
};

TEST(StackTable, GivesBackWhatWentIn) {
  const ModuleMap map = two_modules();
  StackTable table;
  Reader reader;
  std::mt19937 random(3);
  std::map<std::vector<uint64_t>, uint32_t> numbers;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<uint64_t> frames(1 + random() % 12);
    for (uint64_t& frame : frames) frame = kStart + 1 + random() % 4 * 0x8000;
    const uint32_t number = table.intern(frames, map);
    const auto [known, is_new] = numbers.try_emplace(frames, number);
    ASSERT_EQ(known->second, number) << "one stack, one number";
    if (round % 1000 == 0) reader.add(table.take_new_nodes(500));
  }
  reader.add(table.take_new_nodes());
  EXPECT_EQ(reader.all.size(), table.nodes());
  for (const auto& [frames, number] : numbers) ASSERT_EQ(reader.stack(number), frames);
}

TEST(StackTable, KeepsSharedFramesOnce) {
  const ModuleMap map = two_modules();
  StackTable table;
  table.intern(std::vector<uint64_t>{0x10010, 0x10020, 0x10030}, map);
  table.intern(std::vector<uint64_t>{0x10011, 0x10020, 0x10030}, map);
  EXPECT_EQ(table.nodes(), 4U);
}

TEST(StackTable, CutsAtWhatIsNoCodeButKeepsTheCaller) {
  const ModuleMap map = two_modules();
  StackTable table;
  Reader reader;
  const uint32_t cut = table.intern(std::vector<uint64_t>{0x10010, 0x10020, 0xDEADBEEF, 0x10030}, map);
  const uint32_t odd = table.intern(std::vector<uint64_t>{0xDEADBEEF, 0x10030}, map);
  reader.add(table.take_new_nodes());
  EXPECT_EQ(reader.stack(cut), (std::vector<uint64_t>{0x10010, 0x10020}));
  EXPECT_EQ(reader.stack(odd), (std::vector<uint64_t>{0xDEADBEEF, 0x10030}));
  EXPECT_EQ(table.stacks_cut(), 1U);
}

// A call as a function's last instruction returns to the next function, or out of the module.
TEST(StackTable, AReturnAddressAtTheEndOfTheCodeBelongsToTheCall) {
  const ModuleMap map = two_modules();
  StackTable table;
  table.intern(std::vector<uint64_t>{0x10010, kStart + kBytes, 0x10030}, map);
  const StackNodes nodes = table.take_new_nodes();
  EXPECT_EQ(nodes.modules[1], 1U);
  EXPECT_EQ(nodes.offsets[1], kBytes);
  EXPECT_EQ(table.stacks_cut(), 0U);
}

TEST(StackTable, RefusesAndCountsWhenItIsFull) {
  const ModuleMap map = two_modules();
  StackTable table(2);
  const uint32_t first = table.intern(std::vector<uint64_t>{0x10010, 0x10020}, map);
  EXPECT_NE(first, 0U);
  EXPECT_EQ(table.intern(std::vector<uint64_t>{0x10011, 0x10020}, map), 0U);
  EXPECT_EQ(table.intern(std::vector<uint64_t>{0x10010, 0x10020}, map), first);
  EXPECT_EQ(table.stacks_refused(), 1U);
}

TEST(StackTable, AnEmptyStackIsNone) {
  StackTable table;
  EXPECT_EQ(table.intern({}, two_modules()), 0U);
  EXPECT_EQ(table.nodes(), 0U);
}

TEST(ThreadStacks, ANumberMeansItsLastDefinition) {
  ThreadStacks stacks;
  EXPECT_EQ(stacks.node_of(3), 0U);
  EXPECT_TRUE(stacks.define(3, 17));
  EXPECT_EQ(stacks.node_of(3), 17U);
  EXPECT_TRUE(stacks.define(3, 18));
  EXPECT_EQ(stacks.node_of(3), 18U);
  EXPECT_EQ(stacks.node_of(2), 0U);
  stacks.forget_all();
  EXPECT_EQ(stacks.node_of(3), 0U);
  EXPECT_FALSE(stacks.define(0, 1));
  EXPECT_FALSE(stacks.define(ThreadStacks::kNumberMax + 1, 1));
}

}  // namespace
}  // namespace heapreel::collector
