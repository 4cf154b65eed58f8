// The touches of translate.h, and its end.
#include <algorithm>

#include "replayer/plan/translate.h"

namespace heapreel::plan {
// The notes from before a time. Whoever used the block last needs no wait for it; a thread that has ended stays so.
void Translator::touch_until(uint64_t time) {
  const bool over = time == ~uint64_t{0};
  const uint64_t latest_ns = over ? sums_.duration_ns : clock_.ns(time);
  Touch due;
  while (touches_->next_before(time, due)) {
    const uint32_t slot = slots_.find(due.object);
    if (slot == kNoSlot) {
      sums_.policies.touches_without_block += 1;
      continue;
    }
    now_ns_ = std::max(now_ns_, std::min(clock_.ns(due.time), latest_ns));
    const uint32_t last = slots_[slot].last;
    const uint32_t here = over ? 0 : roster_.find(batch_->events[at_].thread);
    touch(roster_.has_ended(last) && here != kNoThread ? here : last, slot, due.pages, now_ns_);
  }
}

void Translator::touch_at_death(const reel::Event& event, uint32_t slot, uint64_t object) {
  const uint64_t pages = touches_->death(object, *batch_, at_);
  if (pages != 0) touch(thread_of(event.thread), slot, pages, now_ns_);
}

void Translator::touch(uint32_t thread, uint32_t slot, uint64_t pages, uint64_t time_ns) {
  SlotState& state = slots_[slot];
  if (state.size < kLargeBytes) return;
  const uint64_t pages_max = state.size / facts_.page_bytes + (state.size % facts_.page_bytes != 0 ? 1 : 0);
  const auto to = static_cast<uint32_t>(std::min({pages, pages_max, uint64_t{~uint32_t{0}}}));
  const uint32_t from = state.touched_pages;
  if (to <= from) return;
  state.touched_pages = to;
  now_ns_ = time_ns;
  emit(thread, Kind::kTouch, slots_.use(thread, slot), uint64_t{from} << 32 | to, 0, 0);
}

void Translator::finish(PlanHeader& header) {
  if (!begun_) begin({});
  sums_.duration_ns = now_ns_;
  touch_until(~uint64_t{0});
  live_byte_ns_ += static_cast<decltype(live_byte_ns_)>(live_bytes_) * (sums_.duration_ns - live_since_ns_);
  sums_.live_mean_bytes =
      sums_.duration_ns == 0 ? live_bytes_ : static_cast<uint64_t>(live_byte_ns_ / sums_.duration_ns);
  sums_.live_end_bytes = live_bytes_;
  sums_.live_end_objects = live_objects_;
  sums_.slots = slots_.slots();
  sums_.threads_alive_max = roster_.alive_max();
  sums_.page_bytes = facts_.page_bytes;
  sums_.policies.touches_without_block += touches_->dropped();
  // Of small blocks it need not be told.
  if (touches_->has_notes() || largest_bytes_ < kLargeBytes) sums_.flags |= kTouchRecorded;
  if (slots_.turns_wrapped()) sums_.flags |= kTurnsWrap;
  header = sums_;
}

}  // namespace heapreel::plan
