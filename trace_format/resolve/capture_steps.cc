// The steps of capture_stream.h: what one event means, given what is live.
#include <algorithm>

#include "trace_format/resolve/capture_stream.h"

namespace heapreel::reel {
namespace {

constexpr size_t kPrefetchDistance = 12;  // events; a live set beyond the cache costs a miss an event otherwise

}  // namespace

// The hot loop: allocations and frees that are true as they stand. Stops before anything else. Of two moments at the
// same time, the one of the lower thread comes first.
void CaptureStream::run_plain(Lane& lane, uint64_t until, bool at_until) {
  if (lane.old_released) return;
  const std::span<const Event> events = lane.block->events;
  size_t at = lane.at;
  for (; at < events.size() && out_.size() < kBatchEvents; ++at) {
    const Event& event = events[at];
    if (event.time > until || (event.time == until && !at_until) || event.object == kNoObject) break;
    if (at + kPrefetchDistance < events.size()) live_.prefetch(events[at + kPrefetchDistance].object);
    const OpTraits& kind = traits(event.op);
    uint64_t object = kNoObject;
    if (kind.frees) {
      object = live_.remove(event.object);
      if (object == kNoObject) break;
    } else if (kind.allocates && !kind.reallocates) {
      object = next_object_;
      if (!live_.try_add(event.object, object)) break;
      ++next_object_;
    } else {
      break;
    }
    emit(event, kind.frees ? 0 : event.object);
    out_.back().object = object;
  }
  lane.at = at;
}

// Handles the lane's next event, or the first half of it. False if it cannot be true yet and may wait.
bool CaptureStream::step(Lane& lane, bool forced) {
  const Event& event = lane.block->events[lane.at];
  const OpTraits& kind = traits(event.op);
  if (kind.allocates) {
    if (!lane.old_released && releases_old(event.op, event.flags)) return release_old(lane, event, forced);
    if (!step_allocation(lane, event, forced)) return false;
  } else if (kind.frees && event.object != kNoObject) {
    if (!step_free(lane, event, forced)) return false;
  } else {
    step_other(event);
  }
  ++lane.at;
  lane.old_released = false;
  return true;
}

bool CaptureStream::step_free(Lane& lane, const Event& event, bool forced) {
  Event out = event;
  out.object = live_.remove(event.object);
  if (out.object == kNoObject) {
    if (!forced && await(lane, event.object, event.time)) return false;
    out.flags |= kUnknown;
    if (const uint64_t dead = live_.lately_freed(event.object); dead != kNoObject)
      second_frees_.push_back({static_cast<uint32_t>(out_.size()), dead});
  } else if (!waiting_.empty()) {
    wake(event.object);
  }
  emit(out, 0);
  return true;
}

// The first half of a realloc: from its start on, somebody else may own the old address.
bool CaptureStream::release_old(Lane& lane, const Event& event, bool forced) {
  lane.old_object = live_.remove(event.old_object);
  if (lane.old_object == kNoObject) {
    if (!forced && await(lane, event.old_object, event.time - std::min<uint64_t>(event.time, event.duration)))
      return false;
  } else if (!waiting_.empty()) {
    wake(event.old_object);
  }
  lane.old_released = true;
  return true;
}

bool CaptureStream::step_allocation(Lane& lane, const Event& event, bool forced) {
  Event out = event;
  if (births(event.op, event.flags)) {
    if (live_.find(event.object) != kNoObject) [[unlikely]] {
      if (!forced && await(lane, event.object, event.time)) return false;
      Event implied{.time = event.time, .object = live_.remove(event.object), .thread = event.thread};
      implied.op = Op::kFree;
      implied.flags = kImplied;
      emit(implied, 0);
    }
    out.object = next_object_++;
    live_.try_add(event.object, out.object);
    if (!waiting_.empty()) wake(event.object);
  }
  if (has_old(event.op, event.flags)) {
    out.old_object = lane.old_released ? lane.old_object : live_.find(event.old_object);
    if (out.old_object == kNoObject) out.flags |= kUnknown;
  }
  emit(out, event.object);
  return true;
}

void CaptureStream::step_other(const Event& event) {
  Event out = event;
  if (event.object != kNoObject) {
    out.object = live_.find(event.object);
    if (out.object == kNoObject) out.flags |= kUnknown;
  }
  emit(out, 0);
}

void CaptureStream::emit(const Event& event, uint64_t address) {
  out_.push_back(event);
  last_time_ = std::max(last_time_, event.time);
  out_.back().time = last_time_;
  if (options_.addresses) out_addresses_.push_back(address);
}

}  // namespace heapreel::reel
