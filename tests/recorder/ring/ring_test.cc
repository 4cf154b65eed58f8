// The shared memory's layout: slots, notes, lists of chunks, the session's name.
#include <atomic>
#include <gtest/gtest.h>
#include <memory>
#include <sys/mman.h>
#include <thread>
#include <vector>

#include "recorder/ring/chunk_list.h"
#include "recorder/ring/session.h"

namespace heapreel::ring {
namespace {

TEST(Slot, HoldsWhatWasPut) {
  const uint64_t addresses[] = {0, 8, 0x7fffffffffF8, 0x5555deadbee0};
  const uint64_t stamps[] = {0, 1, 0xFFFFFFFF, (uint64_t{1} << kStampBits) - 1, 0x123456789ABC};
  for (const uint64_t address : addresses)
    for (const uint64_t stamp : stamps)
      for (const uint64_t op : {uint64_t{1}, uint64_t{59}}) {
        Slot slot{};
        put(&slot, head_of(op, address, stamp), body_of(0xFFFFFFFE, stamp));
        EXPECT_EQ(op_of(slot), op);
        EXPECT_EQ(address_of(slot), address);
        EXPECT_EQ(size_of(slot), 0xFFFFFFFEU);
        EXPECT_EQ(stamp_of(slot), stamp);
      }
}

// An empty slot is one whose head is 0: no event may look like that.
TEST(Slot, NoEventLooksEmpty) {
  EXPECT_NE(head_of(1, 0, 0), 0U);
  EXPECT_NE(kPaddingSlot.head, 0U);
  EXPECT_EQ(op_of(kPaddingSlot), kPadding);
}

TEST(Slot, FitsOnlyWhatItCanHold) {
  EXPECT_TRUE(fits(0x7fffffffffF8, 0xFFFFFFFF));
  EXPECT_FALSE(fits(4, 1));
  EXPECT_FALSE(fits(uint64_t{1} << 47, 1));
  EXPECT_FALSE(fits(16, uint64_t{1} << 32));
}

TEST(Slot, NoteHeadsComeBack) {
  for (const uint32_t words : {0U, 1U, 4U, kNoteWordsMax})
    for (const uint32_t small : {0U, 1U, (1U << kNoteSmallBits) - 1}) {
      const NoteHead head{.note = Note::kResident, .words = words, .small = small};
      const NoteHead back = note_of({head_of(kNote, field_of(head), 77), body_of(0, 77)});
      EXPECT_EQ(back.note, head.note);
      EXPECT_EQ(back.words, words);
      EXPECT_EQ(back.small, small);
      EXPECT_EQ(slots_of(back), 1 + (words + 1) / 2);
    }
}

TEST(Session, TextComesBack) {
  const SessionName name{.session = 0xFEDCBA9876543210, .pid = 1, .fd = 3, .device = 0, .inode = ~uint64_t{0}};
  char text[kSessionTextBytes];
  write_session(name, text);
  SessionName back;
  ASSERT_TRUE(read_session(text, back)) << text;
  EXPECT_EQ(back.session, name.session);
  EXPECT_EQ(back.pid, name.pid);
  EXPECT_EQ(back.fd, name.fd);
  EXPECT_EQ(back.device, name.device);
  EXPECT_EQ(back.inode, name.inode);
}

TEST(Session, RefusesOtherTexts) {
  SessionName name;
  for (const char* text : {"", "1", "1.2.3.4", "1.2.3.4.", "1.2.3.4.5.6", "1.2.3.4.g", "1.2.3.4.11111111111111111",
                           "1.2.3.4.5 ", "-1.2.3.4.5", "1..3.4.5"})
    EXPECT_FALSE(read_session(text, name)) << text;
}

class ChunkList : public testing::Test {
 protected:
  static constexpr uint32_t kLarge = 8;

  ChunkList() {
    memory_ =
        mmap(nullptr, pool_bytes(kLarge), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    pool_ = {.header = static_cast<PoolHeader*>(memory_), .large_chunks = kLarge};
  }
  ~ChunkList() override { munmap(memory_, pool_bytes(kLarge)); }

  void* memory_;
  Pool pool_;
};

TEST_F(ChunkList, LastInFirstOut) {
  std::atomic<uint64_t>& list = pool_.header->free_large;
  EXPECT_EQ(pop(pool_, list), kNoChunk);
  for (uint32_t i = 0; i < 3; ++i) push(pool_, list, i);
  EXPECT_EQ(pop(pool_, list), 2U);
  EXPECT_EQ(take_all(list), 2U);  // chunk 1, as index + 1
  EXPECT_EQ(pool_.chunk(1).next.load(), 1U);
  EXPECT_EQ(pop(pool_, list), kNoChunk);
}

TEST_F(ChunkList, ALinkThatCannotBeIsNotFollowed) {
  pool_.header->free_large.store(pool_.chunks() + 5);
  EXPECT_EQ(pop(pool_, pool_.header->free_large), kNoChunk);
}

TEST_F(ChunkList, ChunksDoNotOverlap) {
  for (uint32_t i = 0; i + 1 < pool_.chunks(); ++i)
    ASSERT_EQ(pool_.slots(i) + pool_.slot_count(i), pool_.slots(i + 1)) << i;
  const auto* const end = reinterpret_cast<const char*>(memory_) + pool_bytes(kLarge);
  const uint32_t last = pool_.chunks() - 1;
  EXPECT_EQ(reinterpret_cast<const char*>(pool_.slots(last) + pool_.slot_count(last)), end);
}

TEST_F(ChunkList, FreshChunksAreGivenOnceInOrderAndUsedOnesFirst) {
  for (uint32_t i = 0; i < kLarge; ++i) ASSERT_EQ(take_free_large(pool_), i);
  EXPECT_EQ(take_free_large(pool_), kNoChunk);
  push(pool_, pool_.header->free_large, 1);
  EXPECT_EQ(take_free_large(pool_), 1U);
  EXPECT_EQ(take_free_large(pool_), kNoChunk);
  EXPECT_EQ(take_free_small(pool_), kLarge);
  push(pool_, pool_.header->free_small, kLarge);
  EXPECT_EQ(take_free_small(pool_), kLarge);
  for (uint32_t i = 1; i < kSmallChunks; ++i) ASSERT_EQ(take_free_small(pool_), kLarge + i);
  EXPECT_EQ(take_free_small(pool_), kNoChunk);
}

TEST_F(ChunkList, ManyTakeFreshOnes) {
  std::vector<std::atomic<int>> taken(pool_.chunks());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (uint32_t chunk; (chunk = take_free_small(pool_)) != kNoChunk;) taken[chunk].fetch_add(1);
    });
  for (std::thread& thread : threads) thread.join();
  for (uint32_t i = kLarge; i < pool_.chunks(); ++i) ASSERT_EQ(taken[i].load(), 1) << i;
}

// Whoever holds a chunk holds it alone, however many take and give at once.
TEST_F(ChunkList, ManyTakeAndGive) {
  std::atomic<uint64_t>& list = pool_.header->free_small;
  constexpr uint32_t kChunks = 6;
  std::vector<std::atomic<int>> holders(kChunks);
  for (uint32_t i = 0; i < kChunks; ++i) push(pool_, list, i);
  std::atomic<bool> shared{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int round = 0; round < 20'000; ++round) {
        const uint32_t chunk = pop(pool_, list);
        if (chunk == kNoChunk) continue;
        if (holders[chunk].fetch_add(1) != 0) shared = true;
        holders[chunk].fetch_sub(1);
        push(pool_, list, chunk);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(shared);
  uint32_t left = 0;
  while (pop(pool_, list) != kNoChunk) ++left;
  EXPECT_EQ(left, kChunks);
}

}  // namespace
}  // namespace heapreel::ring
