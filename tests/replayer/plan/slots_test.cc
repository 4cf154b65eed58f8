// The slot table by itself: what waits, what is published, where slots go when they are free.
#include "replayer/plan/slots.h"

#include <gtest/gtest.h>
#include <map>

#include "tests/trace_format/random_events.h"

namespace heapreel::plan {
namespace {

using heapreel::tests::Random;

SlotTable table_of(uint32_t threads) {
  SlotTable table;
  for (uint32_t i = 0; i < threads; ++i) table.add_thread();
  return table;
}

// A thread that lives long enough that it publishes no deaths of its own.
void grow_old(SlotTable& table, uint32_t thread, uint64_t& object) {
  for (int i = 0; i < 20'000; ++i) {
    table.birth(thread, ++object, 1);
    table.death(thread, table.take(object));
  }
}

TEST(Slots, AThreadTakesItsOwnSlotsBackWithoutWaiting) {
  SlotTable table = table_of(1);
  uint64_t object = 0;
  grow_old(table, 0, object);
  EXPECT_EQ(table.slots(), 8U) << "a cache line";
  const SlotUse birth = table.birth(0, ++object, 8);
  const SlotUse death = table.death(0, table.take(object));
  const SlotUse next = table.birth(0, ++object, 8);
  EXPECT_EQ(death.turn, birth.turn);
  EXPECT_EQ(next.slot, birth.slot);
  EXPECT_EQ(birth.mode | death.mode | next.mode, 0);
  EXPECT_EQ(next.turn, birth.turn + 1) << "an unpublished death makes no state";
}

TEST(Slots, AnotherThreadWaitsAndItsDeathsArePublished) {
  SlotTable table = table_of(2);
  const SlotUse birth = table.birth(0, 1, 8);
  const SlotUse look = table.use(1, birth.slot);
  const SlotUse again = table.use(1, birth.slot);
  const SlotUse death = table.death(1, table.take(1));
  EXPECT_EQ(look.mode, kWait);
  EXPECT_EQ(again.mode, 0) << "it did the last op itself";
  EXPECT_EQ(death.mode, kPublish);
  EXPECT_EQ(look.turn, birth.turn);
  EXPECT_EQ(again.turn, birth.turn + 1);
  EXPECT_EQ(death.turn, birth.turn + 2);
}

TEST(Slots, AReallocMovesTheObjectsHome) {
  SlotTable table = table_of(2);
  const uint32_t slot = table.birth(0, 1, 8).slot;
  EXPECT_EQ(table.renew(1, table.take(1), 2, 16).mode, kWait);
  EXPECT_EQ(table.find(2), slot);
  EXPECT_EQ(table.find(1), kNoSlot);
  table.death(1, table.take(2));
  EXPECT_EQ(table.birth(1, 3, 8).slot, slot) << "freed at home";
}

TEST(Slots, ReturnedSlotsRestAndAreWaitedFor) {
  SlotTable table = table_of(2);
  uint64_t object = 0;
  std::vector<uint32_t> slots;
  for (int i = 0; i < 4096; ++i) {
    slots.push_back(table.birth(0, ++object, 8).slot);
    if (i > 0) table.death(1, table.take(object - 1));
  }
  EXPECT_EQ(table.slots(), 4096U) << "too few returned to use them again";
  table.death(1, table.take(object));
  const SlotUse birth = table.birth(0, ++object, 8);
  EXPECT_EQ(birth.slot, slots.front());
  EXPECT_EQ(birth.mode, kWait);
  EXPECT_EQ(birth.turn, 3) << "born 1, published 2";
}

TEST(Slots, ThoseOfEndedThreadsServeOthers) {
  constexpr uint32_t kThreads = 3000;
  SlotTable table = table_of(kThreads);
  uint64_t object = 0;
  for (uint32_t thread = 1; thread < kThreads; ++thread) {
    for (int i = 0; i < 10; ++i) table.birth(thread, ++object, 8);
    for (uint64_t i = 0; i < 10; ++i) table.death(i < 5 ? 0 : thread, table.take(object - i));
    table.end_thread(thread);
  }
  EXPECT_LT(table.slots(), 4200U);
}

TEST(Slots, FreshOnesOfTwoThreadsShareNoCacheLine) {
  SlotTable table = table_of(3);
  std::map<uint32_t, uint32_t> thread_of_line;
  for (uint64_t object = 1; object <= 300; ++object) {
    const auto thread = static_cast<uint32_t>(object * object % 3);
    const uint32_t line = table.birth(thread, object, 8).slot / 8;
    EXPECT_EQ(thread_of_line.try_emplace(line, thread).first->second, thread);
  }
  EXPECT_LT(table.slots(), 330U);
}

TEST(Slots, ASlotIsWornWhenItsTurnsAreUsedUp) {
  SlotTable table = table_of(1);
  uint64_t object = 0;
  for (int i = 0; i < 200'000; ++i) {
    ASSERT_LE(table.birth(0, ++object, 8).turn, kTurnLast);
    table.death(0, table.take(object));
  }
  EXPECT_GT(table.slots(), 2U);
  EXPECT_LT(table.slots(), 10U);
}

TEST(Slots, TurnsThatGoRoundAreToldIfAnybodyWaits) {
  SlotTable table = table_of(2);
  const uint32_t slot = table.birth(0, 1, 8).slot;
  for (int i = 0; i < 100'000; ++i) table.use(0, slot);
  EXPECT_FALSE(table.turns_wrapped());
  table.use(1, slot);
  EXPECT_TRUE(table.turns_wrapped());
  table.death(1, table.take(1));
  EXPECT_NE(table.birth(0, 2, 8).slot, slot);
}

// The map from objects to slots against a std::map: young, old, passed over.
TEST(Slots, ObjectsAreFoundHoweverOld) {
  SlotTable table = table_of(1);
  Random random(1);
  std::map<uint64_t, uint32_t> live;
  uint64_t object = 0;
  for (int i = 0; i < 800'000; ++i) {
    object += random.one_in(1000) ? random.below(600'000) : 1;
    live[object] = table.birth(0, object, 8).slot;
    while (live.size() > 3000 || (!live.empty() && random.one_in(3))) {
      auto victim =
          live.lower_bound(random.one_in(20) ? random.below(object) : object - std::min<uint64_t>(object, 2000));
      if (victim == live.end()) victim = live.begin();
      ASSERT_EQ(table.find(victim->first), victim->second);
      ASSERT_EQ(table.take(victim->first), victim->second);
      ASSERT_EQ(table.find(victim->first), kNoSlot);
      table.death(0, victim->second);
      live.erase(victim);
    }
  }
  for (const auto& [alive, slot] : live) EXPECT_EQ(table.find(alive), slot);
}

}  // namespace
}  // namespace heapreel::plan
