// The translation of translate.h, kind by kind.
#include "replayer/plan/translate.h"

#include <algorithm>

namespace heapreel::plan {
namespace {

using reel::Event;

constexpr size_t kPrefetchDistance = 16;  // events

// No address space holds a larger block. A reel may claim one all the same; sums of live bytes must not overflow by it.
constexpr uint64_t kBlockBytesMax = uint64_t{1} << 47;

int64_t counted(uint64_t size) { return static_cast<int64_t>(std::min(size, kBlockBytesMax)); }

Kind kind_of_birth(const Event& event) {
  if (event.op == reel::Op::kInherited) return event.align_log2 != 0 ? Kind::kMemalign : Kind::kMalloc;
  return static_cast<Kind>(event.op);
}

bool is_array(const Event& event) { return event.op == reel::Op::kReallocarray; }

}  // namespace

PlanClock::PlanClock(uint64_t ticks_per_second) {
  __extension__ using Wide = unsigned __int128;
  const uint64_t hz = ticks_per_second != 0 ? ticks_per_second : 1'000'000'000;
  whole_ = 1'000'000'000 / hz;
  const Wide rest = Wide{1'000'000'000 % hz} << 64;
  fraction_ = static_cast<uint64_t>((rest + hz - 1) / hz);  // rounded up: whole nanoseconds come out whole
}

Translator::Translator(PlanWriter& writer, const ReelFacts& facts, TouchSchedule& touches)
    : writer_(&writer),
      facts_(facts),
      touches_(&touches),
      clock_(facts.ticks_per_second),
      checkpoints_(facts.events, clock_.ns(facts.duration_ticks)) {}

void Translator::take(const reel::EventBatch& batch) {
  if (batch.events.empty()) return;
  if (!begun_) begin(batch.events.front());
  if (batch.first_object > next_object_) births_lost_ = true;
  batch_ = &batch;
  const size_t count = batch.events.size();
  for (at_ = 0; at_ < count; ++at_) {
    if (at_ + kPrefetchDistance < count) {
      const Event& far = batch.events[at_ + kPrefetchDistance];
      if (reel::traits(far.op).frees) slots_.prefetch(far.object);
      const Event& near = batch.events[at_ + kPrefetchDistance / 2];
      if (reel::traits(near.op).frees) slots_.prefetch_state(near.object);
    }
    const Event& next = batch.events[at_];
    if (touches_->is_due(next.time)) [[unlikely]]
      touch_until(next.time);
    now_ns_ = std::max(now_ns_, clock_.ns(next.time));
    event(next);
  }
  sums_.events += count;
}

void Translator::begin(const Event& first) {
  begun_ = true;
  clock_.begin(first.time);
  uint32_t main = first.thread;
  if (first.op == reel::Op::kThreadStart && first.size != 0) main = static_cast<uint32_t>(first.size - 1);
  if (facts_.main_thread) main = *facts_.main_thread;
  roster_.add(main, 0);
  slots_.add_thread();
  writer_->add_thread(main, 0, 0, 0);
}

void Translator::event(const Event& event) {
  const reel::OpTraits& kind = reel::traits(event.op);
  if (reel::births(event.op, event.flags) && event.object < next_object_) [[unlikely]]
    sums_.policies.out_of_place += 1;  // objects are numbered as they are born
  else if (kind.frees)
    release(event);
  else if (kind.reallocates)
    reallocation(event);
  else if (kind.allocates)
    allocation(event);
  else if (event.op == reel::Op::kUsableSize)
    usable_size(event);
  else
    rare(event);
}

void Translator::allocation(const Event& event) {
  if (!reel::births(event.op, event.flags)) {
    sums_.policies.failed_allocations += 1;
    return;
  }
  if (event.op == reel::Op::kInherited) sums_.policies.inherited_blocks += 1;
  birth(event, kind_of_birth(event));
}

void Translator::birth(const Event& event, Kind kind) {
  next_object_ = event.object + 1;
  const uint64_t pages = touches_->has_notes() ? touches_->birth(event.object, address_of_birth(), event.time) : 0;
  if ((event.flags & reel::kRuntime) != 0) [[unlikely]] {
    sums_.policies.runtime_events += 1;
    (void)runtime_blocks_.try_add(event.object, 0);
    return;
  }
  const uint32_t thread = thread_of(event.thread);
  const SlotUse use = slots_.birth(thread, event.object, event.size);
  sums_.bytes_requested += event.size;
  largest_bytes_ = std::max(largest_bytes_, event.size);
  live_objects_ += 1;
  emit(thread, kind, use, event.size, event.align_log2, counted(event.size));
  if (pages != 0) touch(thread, use.slot, pages, now_ns_);
}

void Translator::release(const Event& event) {
  const uint32_t slot = event.object != reel::kNoObject ? slots_.take(event.object) : kNoSlot;
  if (slot == kNoSlot) [[unlikely]] {
    count_stranger(event, event.object);
    return;
  }
  if ((event.flags & reel::kImplied) != 0) sums_.policies.implied_frees += 1;
  if (touches_->has_notes()) touch_at_death(event, slot, event.object);
  const uint32_t thread = thread_of(event.thread);
  const SlotState& state = slots_[slot];
  if (state.home != thread) sums_.cross_thread_frees += 1;
  live_objects_ -= 1;
  const int64_t freed = counted(state.size);
  emit(thread, static_cast<Kind>(event.op), slots_.death(thread, slot), event.size, event.align_log2, -freed);
}

// What ends a block that is not in the plan.
void Translator::count_stranger(const Event& event, uint64_t object) {
  Policies& count = sums_.policies;
  uint8_t ignored = 0;
  if (object == reel::kNoObject && (event.flags & reel::kUnknown) == 0)
    count.out_of_place += 1;  // nothing was freed
  else if (object != reel::kNoObject && runtime_blocks_.remove(object, ignored))
    count.runtime_events += 1;
  else if (object == reel::kNoObject ? is_second_free() : object < next_object_ && !births_lost_)
    count.double_frees += 1;
  else
    count.unknown_frees += 1;
}

bool Translator::is_second_free() {
  const auto at =
      std::lower_bound(batch_->second_frees.begin(), batch_->second_frees.end(), at_,
                       [](const reel::SecondFree& second, size_t position) { return second.position < position; });
  return at != batch_->second_frees.end() && at->position == at_;
}

uint64_t Translator::address_of_birth() const { return at_ < batch_->addresses.size() ? batch_->addresses[at_] : 0; }

void Translator::reallocation(const Event& event) {
  if ((event.flags & reel::kFailed) != 0) {
    sums_.policies.failed_allocations += 1;
    return;
  }
  const bool takes_old = reel::has_old(event.op, event.flags) && event.old_object != reel::kNoObject;
  const uint32_t slot = takes_old ? slots_.take(event.old_object) : kNoSlot;
  if (slot != kNoSlot && touches_->has_notes()) touch_at_death(event, slot, event.old_object);
  if ((event.flags & reel::kNoResult) != 0) {
    reallocation_to_nothing(event, slot);
    return;
  }
  if (slot == kNoSlot) {
    uint8_t ignored = 0;
    if (takes_old) (void)runtime_blocks_.remove(event.old_object, ignored);
    if ((event.flags & (reel::kNullOld | reel::kRuntime)) == 0) sums_.policies.unknown_reallocs += 1;
    birth(event, is_array(event) ? Kind::kReallocarrayOfNull : Kind::kReallocOfNull);
    return;
  }
  next_object_ = event.object + 1;
  const uint64_t pages = touches_->has_notes() ? touches_->birth(event.object, address_of_birth(), event.time) : 0;
  const uint32_t thread = thread_of(event.thread);
  SlotState& state = slots_[slot];
  const int64_t before = counted(state.size);
  if (state.home != thread) sums_.cross_thread_reallocs += 1;
  const uint64_t kept_pages = std::min(state.size, event.size) / facts_.page_bytes;
  state.touched_pages = static_cast<uint32_t>(std::min<uint64_t>(state.touched_pages, kept_pages));
  sums_.bytes_requested += event.size;
  largest_bytes_ = std::max(largest_bytes_, event.size);
  emit(thread, is_array(event) ? Kind::kReallocarray : Kind::kRealloc,
       slots_.renew(thread, slot, event.object, event.size), event.size, 0, counted(event.size) - before);
  if (pages != 0) touch(thread, slot, pages, now_ns_);
}

void Translator::reallocation_to_nothing(const Event& event, uint32_t slot) {
  if (slot == kNoSlot) {
    if ((event.flags & reel::kNullOld) != 0)
      sums_.policies.failed_allocations += 1;
    else
      count_stranger(event, event.old_object);
    return;
  }
  const uint32_t thread = thread_of(event.thread);
  const SlotState& state = slots_[slot];
  if (state.home != thread) sums_.cross_thread_reallocs += 1;
  live_objects_ -= 1;
  const int64_t freed = counted(state.size);
  emit(thread, is_array(event) ? Kind::kReallocarrayToNothing : Kind::kReallocToNothing, slots_.death(thread, slot),
       event.size, 0, -freed);
}

void Translator::usable_size(const Event& event) {
  const uint32_t slot = event.object != reel::kNoObject ? slots_.find(event.object) : kNoSlot;
  if (slot != kNoSlot) {
    const uint32_t thread = thread_of(event.thread);
    emit(thread, Kind::kUsableSize, slots_.use(thread, slot), 0, 0, 0);
    return;
  }
  const bool of_runtime = event.object != reel::kNoObject && runtime_blocks_.find(event.object) != nullptr;
  (of_runtime ? sums_.policies.runtime_events : sums_.policies.out_of_place) += 1;
}

void Translator::rare(const Event& event) {
  switch (event.op) {
    case reel::Op::kThreadStart:
      if (roster_.find(event.thread) == kNoThread) (void)new_thread(event.thread, event.size);
      return;
    case reel::Op::kThreadEnd: {
      const uint32_t thread = thread_of(event.thread);
      if (thread == 0) return;  // it lives as long as the program
      roster_.end(thread);
      slots_.end_thread(thread);
      writer_->end_thread(thread);
      return;
    }
    case reel::Op::kGap:
      sums_.policies.lost_events += event.size;
      return;
    case reel::Op::kMark:
      return;
    default:
      sums_.policies.out_of_place += 1;
  }
}

// The thread that made it starts it, if it is known and runs; else the main thread does.
uint32_t Translator::new_thread(uint32_t serial, uint64_t creator_plus_one) {
  uint32_t creator = 0;
  if (creator_plus_one != 0 && creator_plus_one <= ~uint32_t{0}) {
    const uint32_t known = roster_.find(static_cast<uint32_t>(creator_plus_one - 1));
    if (known != kNoThread && !roster_.has_ended(known)) creator = known;
  }
  const uint32_t thread = roster_.add(serial, writer_->next_seq());
  slots_.add_thread();
  writer_->add_thread(serial, creator, writer_->next_seq(), now_ns_);
  emit(creator, Kind::kSpawn, {.slot = thread}, roster_.alive(), 0, 0);
  return thread;
}

// Hot: one op into its thread's stretch, and the sums.
void Translator::emit(uint32_t thread, Kind kind, SlotUse use, uint64_t size, uint64_t align_log2,
                      int64_t delta_bytes) {
  const uint64_t seq = writer_->next_seq();
  if (checkpoints_.is_due(seq, now_ns_, live_bytes_)) [[unlikely]] {
    writer_->take_checkpoint(thread, now_ns_, live_bytes_);
    checkpoints_.taken(seq, now_ns_, live_bytes_);
  }
  const auto mode = static_cast<uint8_t>((align_log2 & kAlignMask) | use.mode);
  writer_->add(thread, {.size = size, .slot = use.slot, .turn = use.turn, .kind = kind, .mode = mode}, now_ns_,
               delta_bytes);
  roster_.acts(thread, seq);
  sums_.ops_by_kind[static_cast<size_t>(kind)] += 1;
  sums_.live_peak_objects = std::max(sums_.live_peak_objects, live_objects_);
  if (delta_bytes == 0) return;
  live_byte_ns_ += static_cast<decltype(live_byte_ns_)>(live_bytes_) * (now_ns_ - live_since_ns_);
  live_since_ns_ = now_ns_;
  live_bytes_ += static_cast<uint64_t>(delta_bytes);
  if (live_bytes_ > sums_.live_peak_bytes) {
    sums_.live_peak_bytes = live_bytes_;
    sums_.live_peak_time_ns = now_ns_;
  }
}

}  // namespace heapreel::plan
