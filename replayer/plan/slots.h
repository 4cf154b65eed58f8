// Slots and turns, as plan_format.h describes them: which slot an op works on, and whether it must wait there.
//
// The invariant: the states of a slot form a chain in replay order, and an op waits exactly if the state it needs was
// made by another thread. A dead object's slot goes back to where it needs no wait: to the thread that freed it if that
// is its home (the thread where the object was born or last reallocated), else to the home's queue of returned slots,
// which is so long before it is used that the wait there is hardly ever one. Slots of threads that have ended, as far
// as their last op was published, go to a queue for everybody.
#pragma once

#include <memory>
#include <vector>

#include "replayer/plan/object_slots.h"
#include "replayer/plan/plan_format.h"

namespace heapreel::plan {

// What a slot holds while the plan is made.
struct SlotState {
  uint64_t object = 0;
  uint64_t size = 0;
  uint32_t home = 0;           // where the object was born, or last reallocated
  uint32_t last = 0;           // the thread of the last op
  uint32_t touched_pages = 0;  // of a large block
  uint16_t turn = 0;           // the state that the slot is in after the last op
  bool published = false;      // other threads can see that the last object has died
  bool worn = false;           // its turns are used up: never used again
};
static_assert(sizeof(SlotState) == 32);

// The part of an op that says where it works.
struct SlotUse {
  uint32_t slot = 0;
  uint16_t turn = 0;
  uint8_t mode = 0;  // kWait, kPublish
};

// Slots in the order they came in.
class SlotQueue {
 public:
  size_t size() const { return slots_.size() - head_; }
  void push(uint32_t slot) { slots_.push_back(slot); }
  uint32_t pop();

 private:
  std::vector<uint32_t> slots_;
  size_t head_ = 0;
};

class SlotTable {
 public:
  // A thread's index is the number of threads before it.
  void add_thread() { lanes_.emplace_back(); }
  void end_thread(uint32_t thread);

  SlotUse birth(uint32_t thread, uint64_t object, uint64_t size);
  // An op that the object survives.
  SlotUse use(uint32_t thread, uint32_t slot);
  // A realloc: the object goes on under another number, at home in this thread.
  SlotUse renew(uint32_t thread, uint32_t slot, uint64_t object, uint64_t size);
  SlotUse death(uint32_t thread, uint32_t slot);

  uint32_t find(uint64_t object) const { return objects_.find(object, object_of()); }
  // The slot of an object that dies or is renewed now.
  uint32_t take(uint64_t object) { return objects_.take(object, object_of()); }
  // For an object that will soon be asked for, first the one, some events later the other.
  void prefetch(uint64_t object) const { objects_.prefetch(object); }
  void prefetch_state(uint64_t object) const {
    const uint32_t slot = objects_.guess(object);
    if (slot != kNoSlot) __builtin_prefetch(&(*this)[slot], 1);
  }

  SlotState& operator[](uint32_t slot) { return chunks_[slot >> kChunkBits][slot & kChunkMask]; }
  const SlotState& operator[](uint32_t slot) const { return chunks_[slot >> kChunkBits][slot & kChunkMask]; }
  // Some at the end may never be used.
  uint64_t slots() const { return slots_; }
  // Some object had so many ops that its turns went round while threads waited for each other.
  bool turns_wrapped() const { return turns_wrapped_; }

 private:
  static constexpr unsigned kChunkBits = 15;
  static constexpr uint32_t kChunkMask = (1U << kChunkBits) - 1;
  static constexpr uint32_t kLineSlots = 64 / sizeof(uint64_t);  // as the replay holds them
  static constexpr size_t kReturnedMin = 4096;     // shorter queues rest: who takes from them would have to wait
  static constexpr uint64_t kYoungUses = 1 << 14;  // a thread younger than that publishes all deaths: it may soon end
  static constexpr uint16_t kTurnReuse = 0xe000;   // a slot beyond takes no new object, so that few objects run out

  struct Lane {
    std::vector<uint32_t> freed{};  // by this thread, last in first out
    SlotQueue returned{};           // by others
    uint32_t fresh = 0;             // the next slot of its line that was never used
    uint64_t uses = 0;
    bool ended = false;
  };

  struct ObjectOf {
    const SlotTable* table;
    uint64_t operator()(uint32_t slot) const { return (*table)[slot].object; }
  };

  ObjectOf object_of() const { return {this}; }
  uint32_t pick(Lane& lane, uint8_t& mode);
  uint32_t fresh(Lane& lane);
  uint8_t step(uint32_t thread, SlotState& state);
  void put_back(uint32_t thread, uint32_t slot, SlotState& state);

  ObjectSlots objects_;
  std::vector<std::unique_ptr<SlotState[]>> chunks_;
  uint64_t slots_ = 0;
  std::vector<Lane> lanes_;
  SlotQueue orphans_;
  bool turns_wrapped_ = false;
};

}  // namespace heapreel::plan
