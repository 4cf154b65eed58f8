// The loop that performs ops: the one that everything is measured with.
//
// Contract: no allocation, no lock, no system call, no call but those of the allocator under test, of cold waits, of
// kSpawn and of the watch. Budget with the null allocator, untimed: 2.5 ns an op where calls come in a predictable
// order, 5 ns at random (3 of them are the mispredicted kind, which a program would mispredict, too); `./dev bench
// replay` measures it again. A watch is what stands beside each call (nothing, a clock, a registry): a template
// parameter, as is how new blocks are touched.
//
// A watch has: seen(op), time<group>(op, call), born(op, p), dying(op, p), changing(op, p), changed(op, old, p).
#pragma once

#include <bit>

#include "replayer/engine/engine.h"
#include "replayer/engine/threads.h"
#include "replayer/engine/touch.h"
#include "replayer/engine/trouble.h"
#include "replayer/engine/waits.h"

namespace heapreel::engine {

template <class Watch, measure::Touch kTouch>
class Performer {
 public:
  explicit Performer(Thread& thread) : thread_(thread), calls_(*thread.calls), slots_(thread.slots), watch_(thread) {}

  // What the loop needs stays in registers: an op of another kind is performed by a performer of its own, so that this
  // one's address is never taken.
  [[gnu::always_inline]] void perform(const plan::Op* op, const plan::Op* end) {
    for (; op != end; ++op) {
      watch_.seen(*op);
      if (op->kind == plan::Kind::kMalloc) {
        birth<measure::CallGroup::kMalloc>(*op, [&] { return calls_.malloc_(op->size); });
      } else if (op->kind == plan::Kind::kFree) {
        death<measure::CallGroup::kFree>(*op, [&](void* p) { calls_.free_(p); });
      } else {
        perform_other(thread_, *op);
      }
    }
  }

 private:
  using Group = measure::CallGroup;
  using Kind = plan::Kind;

  static size_t align(const plan::Op& op) { return size_t{1} << (op.mode & plan::kAlignMask); }
  static void* pointer(uint64_t held) { return reinterpret_cast<void*>(held & plan::kPointerMask); }
  static uint64_t tagged(void* p, uint16_t turn) {
    return reinterpret_cast<uint64_t>(p) | uint64_t{turn} << plan::kTurnShift;
  }
  static bool remote(const plan::Op& op) { return (op.mode & plan::kWait) != 0; }

  // What the op's slot holds when it is the op's turn.
  [[gnu::always_inline]] void* take(const plan::Op& op) {
    uint64_t held = slots_[op.slot].load(std::memory_order_acquire);
    if (remote(op) && held >> plan::kTurnShift != op.turn) [[unlikely]]
      held = wait_for_turn(thread_, slots_[op.slot], op.turn);
    return pointer(held);
  }

  void give(const plan::Op& op, void* p, uint16_t turn) {
    slots_[op.slot].store(tagged(p, turn), std::memory_order_release);
  }

  // Touched before others can see it: they might free it.
  template <Group kGroup, class Call>
  [[gnu::always_inline]] void birth(const plan::Op& op, const Call& call) {
    if (remote(op)) [[unlikely]]
      await_empty(thread_, op);
    void* const p = watch_.template time<kGroup>(op, call);
    if (p == nullptr) [[unlikely]]
      return null_returned(thread_, op);
    if constexpr (Watch::kTouches) touch_new<kTouch>(p, op.size, thread_.engine->touches_large);
    watch_.born(op, p);
    give(op, p, op.turn);
  }

  [[gnu::noinline]] static void await_empty(Thread& thread, const plan::Op& op) {
    const auto turn = static_cast<uint16_t>(op.turn - 1);
    const Slot& slot = thread.slots[op.slot];
    if (slot.load(std::memory_order_acquire) >> plan::kTurnShift != turn) wait_for_turn(thread, slot, turn);
  }

  template <Group kGroup, class Call>
  [[gnu::always_inline]] void death(const plan::Op& op, const Call& call) {
    void* const p = take(op);
    watch_.dying(op, p);
    watch_.template time<kGroup>(op, [&] { call(p); });
    if ((op.mode & plan::kPublish) != 0) [[unlikely]]
      give(op, nullptr, static_cast<uint16_t>(op.turn + 1));
  }

  template <class Call>
  void change(const plan::Op& op, const Call& call) {
    void* const old = take(op);
    watch_.changing(op, old);
    void* const p = watch_.template time<Group::kRealloc>(op, [&] { return call(old); });
    if (p == nullptr) [[unlikely]]
      return null_returned(thread_, op);
    watch_.changed(op, old, p);
    if constexpr (Watch::kTouches) touch_new<kTouch>(p, op.size, thread_.engine->touches_large);
    watch_.born(op, p);
    give(op, p, static_cast<uint16_t>(op.turn + 1));
  }

  // realloc(p, 0) that freed. What another allocator returns instead is freed at once.
  template <class Call>
  void vanish(const plan::Op& op, const Call& call) {
    death<Group::kRealloc>(op, [&](void* p) {
      if (void* const left = call(p); left != nullptr) calls_.free_(left);
    });
  }

  [[gnu::noinline]] static void perform_other(Thread& thread, const plan::Op& op) {
    Performer performer(thread);
    performer.other(op);
  }

  void other(const plan::Op& op) {
    switch (op.kind) {
      case Kind::kNew:
        return birth<Group::kNew>(op, [&] { return calls_.new_(op.size); });
      case Kind::kDelete:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_(p); });
      case Kind::kDeleteSized:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_sized_(p, op.size); });
      case Kind::kCalloc:
        return birth<Group::kCalloc>(op, [&] { return calls_.calloc_(1, op.size); });
      case Kind::kRealloc:
        return change(op, [&](void* p) { return calls_.realloc_(p, op.size); });
      case Kind::kReallocOfNull:
        return birth<Group::kRealloc>(op, [&] { return calls_.realloc_(nullptr, op.size); });
      case Kind::kUsableSize:
        return use(op);
      case Kind::kTouch:
        return touch(op);
      default:
        return seldom(op);
    }
  }

  void use(const plan::Op& op) {
    void* const p = take(op);
    watch_.template time<Group::kUsableSize>(op, [&] { (void)calls_.usable_size_(p); });
    give(op, p, static_cast<uint16_t>(op.turn + 1));
  }

  void touch(const plan::Op& op) {
    void* const p = take(op);
    if constexpr (Watch::kTouches) touch_later<kTouch>(p, op.size);
    give(op, p, static_cast<uint16_t>(op.turn + 1));
  }

  void* by_posix_memalign(const plan::Op& op) {
    void* p = nullptr;
    return calls_.posix_memalign_(&p, align(op), op.size) == 0 ? p : nullptr;
  }

  [[gnu::noinline]] void seldom(const plan::Op& op) {
    const size_t a = align(op);
    const size_t n = op.size;
    const std::nothrow_t& no = std::nothrow;
    switch (op.kind) {
      case Kind::kReallocarray:
        return change(op, [&](void* p) { return calls_.reallocarray_(p, 1, n); });
      case Kind::kReallocarrayOfNull:
        return birth<Group::kRealloc>(op, [&] { return calls_.reallocarray_(nullptr, 1, n); });
      case Kind::kReallocToNothing:
        return vanish(op, [&](void* p) { return calls_.realloc_(p, 0); });
      case Kind::kReallocarrayToNothing:
        return vanish(op, [&](void* p) { return calls_.reallocarray_(p, 1, 0); });
      case Kind::kMemalign:
        return birth<Group::kAligned>(op, [&] { return calls_.memalign_(a, n); });
      case Kind::kPosixMemalign:
        return birth<Group::kAligned>(op, [&] { return by_posix_memalign(op); });
      case Kind::kAlignedAlloc:
        return birth<Group::kAligned>(op, [&] { return calls_.aligned_alloc_(a, n); });
      case Kind::kValloc:
        return birth<Group::kAligned>(op, [&] { return calls_.valloc_(n); });
      case Kind::kPvalloc:
        return birth<Group::kAligned>(op, [&] { return calls_.pvalloc_(n); });
      case Kind::kNewArray:
        return birth<Group::kNew>(op, [&] { return calls_.new_array_(n); });
      case Kind::kNewNothrow:
        return birth<Group::kNew>(op, [&] { return calls_.new_nothrow_(n, no); });
      case Kind::kNewArrayNothrow:
        return birth<Group::kNew>(op, [&] { return calls_.new_array_nothrow_(n, no); });
      case Kind::kNewAligned:
        return birth<Group::kNew>(op, [&] { return calls_.new_aligned_(n, a); });
      case Kind::kNewArrayAligned:
        return birth<Group::kNew>(op, [&] { return calls_.new_array_aligned_(n, a); });
      case Kind::kNewAlignedNothrow:
        return birth<Group::kNew>(op, [&] { return calls_.new_aligned_nothrow_(n, a, no); });
      case Kind::kNewArrayAlignedNothrow:
        return birth<Group::kNew>(op, [&] { return calls_.new_array_aligned_nothrow_(n, a, no); });
      case Kind::kSpawn:
        return spawn(thread_, op.slot, op.size);
      default:
        return seldom_death(op);
    }
  }

  void seldom_death(const plan::Op& op) {
    const size_t a = align(op);
    const size_t n = op.size;
    const std::nothrow_t& no = std::nothrow;
    switch (op.kind) {
      case Kind::kFreeSized:
        return death<Group::kFree>(op, [&](void* p) { calls_.free_sized_(p, n); });
      case Kind::kFreeAlignedSized:
        return death<Group::kFree>(op, [&](void* p) { calls_.free_aligned_sized_(p, a, n); });
      case Kind::kDeleteArray:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_array_(p); });
      case Kind::kDeleteArraySized:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_array_sized_(p, n); });
      case Kind::kDeleteAligned:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_aligned_(p, a); });
      case Kind::kDeleteArrayAligned:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_array_aligned_(p, a); });
      case Kind::kDeleteSizedAligned:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_sized_aligned_(p, n, a); });
      case Kind::kDeleteArraySizedAligned:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_array_sized_aligned_(p, n, a); });
      case Kind::kDeleteNothrow:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_nothrow_(p, no); });
      case Kind::kDeleteArrayNothrow:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_array_nothrow_(p, no); });
      case Kind::kDeleteAlignedNothrow:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_aligned_nothrow_(p, a, no); });
      case Kind::kDeleteArrayAlignedNothrow:
        return death<Group::kDelete>(op, [&](void* p) { calls_.delete_array_aligned_nothrow_(p, a, no); });
      default:
        return bad_op(thread_, op);
    }
  }

  Thread& thread_;
  const Calls& calls_;
  Slot* const slots_;
  Watch watch_;
};

}  // namespace heapreel::engine
