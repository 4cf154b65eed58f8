// The allocation of slots.h. Hot: once for every event.
#include "replayer/plan/slots.h"

namespace heapreel::plan {

uint32_t SlotQueue::pop() {
  const uint32_t slot = slots_[head_++];
  if (2 * head_ > slots_.size() && head_ >= 64) {
    slots_.erase(slots_.begin(), slots_.begin() + static_cast<ptrdiff_t>(head_));
    head_ = 0;
  }
  return slot;
}

SlotUse SlotTable::birth(uint32_t thread, uint64_t object, uint64_t size) {
  Lane& lane = lanes_[thread];
  uint8_t mode = 0;
  const uint32_t slot = pick(lane, mode);
  SlotState& state = (*this)[slot];
  state.object = object;
  state.size = size;
  state.home = state.last = thread;
  state.touched_pages = 0;
  state.turn = static_cast<uint16_t>(state.turn + 1);
  state.published = false;
  objects_.add(object, slot, object_of());
  lane.uses += 1;
  return {slot, state.turn, mode};
}

uint32_t SlotTable::pick(Lane& lane, uint8_t& mode) {
  if (!lane.freed.empty()) {
    const uint32_t slot = lane.freed.back();
    lane.freed.pop_back();
    return slot;
  }
  SlotQueue* const queue = lane.returned.size() >= kReturnedMin ? &lane.returned
                           : orphans_.size() >= kReturnedMin    ? &orphans_
                                                                : nullptr;
  if (queue == nullptr) return fresh(lane);
  mode = kWait;
  return queue->pop();
}

uint32_t SlotTable::fresh(Lane& lane) {
  if (lane.fresh % kLineSlots == 0) {
    if (slots_ >> kChunkBits == chunks_.size())
      chunks_.push_back(std::make_unique<SlotState[]>(size_t{kChunkMask} + 1));
    lane.fresh = static_cast<uint32_t>(slots_);
    slots_ += kLineSlots;
  }
  return lane.fresh++;
}

// What every op but a birth does to its slot's state. Turns that go round are safe only where nobody waits from afar.
uint8_t SlotTable::step(uint32_t thread, SlotState& state) {
  lanes_[thread].uses += 1;
  const bool wait = state.last != thread;
  if (state.worn && wait) [[unlikely]]
    turns_wrapped_ = true;
  state.last = thread;
  if (state.turn >= kTurnLast) [[unlikely]]
    state.worn = true;
  return wait ? kWait : 0;
}

SlotUse SlotTable::use(uint32_t thread, uint32_t slot) {
  SlotState& state = (*this)[slot];
  const SlotUse use{slot, state.turn, step(thread, state)};
  state.turn = static_cast<uint16_t>(state.turn + 1);
  return use;
}

SlotUse SlotTable::renew(uint32_t thread, uint32_t slot, uint64_t object, uint64_t size) {
  const SlotUse used = use(thread, slot);
  SlotState& state = (*this)[slot];
  state.object = object;
  state.size = size;
  state.home = thread;
  objects_.add(object, slot, object_of());
  return used;
}

SlotUse SlotTable::death(uint32_t thread, uint32_t slot) {
  SlotState& state = (*this)[slot];
  SlotUse use{slot, state.turn, step(thread, state)};
  const Lane& lane = lanes_[thread];
  state.published = state.home != thread || lane.ended || lane.uses < kYoungUses;
  if (state.published) {
    use.mode |= kPublish;
    state.turn = static_cast<uint16_t>(state.turn + 1);
  }
  put_back(thread, slot, state);
  return use;
}

void SlotTable::put_back(uint32_t thread, uint32_t slot, SlotState& state) {
  if (state.worn || state.turn >= kTurnReuse) {
    state.worn = true;
    return;
  }
  Lane& here = lanes_[thread];
  Lane& home = lanes_[state.home];
  if (&here != &home && !home.ended)
    home.returned.push(slot);
  else if (here.ended)
    orphans_.push(slot);
  else
    here.freed.push_back(slot);
}

// What it freed unseen stays behind: nobody else could tell when.
void SlotTable::end_thread(uint32_t thread) {
  Lane& lane = lanes_[thread];
  lane.ended = true;
  for (; lane.fresh % kLineSlots != 0; ++lane.fresh) orphans_.push(lane.fresh);
  while (lane.returned.size() > 0) orphans_.push(lane.returned.pop());
  for (const uint32_t slot : lane.freed)
    if ((*this)[slot].published) orphans_.push(slot);
  lane.freed = {};
  lane.returned = {};
}

}  // namespace heapreel::plan
