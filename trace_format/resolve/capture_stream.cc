// The resolver of capture_stream.h.
#include "trace_format/resolve/capture_stream.h"

#include <algorithm>
#include <functional>
#include <map>

namespace heapreel::reel {
namespace {

constexpr size_t kBatchEvents = 1U << 12;
constexpr size_t kPrefetchDistance = 12;       // events; a live set beyond the cache costs a miss an event otherwise
constexpr uint64_t kWaitsPerSecond = 100'000;  // a lane waits at most 10 microseconds of recorded time
constexpr size_t kLanesWithReadAhead = 64;
constexpr uint64_t kEndOfTime = ~uint64_t{0};

}  // namespace

CaptureStream::CaptureStream(const ReelFile& file, base::WorkerPool& pool, const StreamOptions& options,
                             uint64_t ticks_per_second)
    : decoder_(file, pool), options_(options), wait_ticks_(std::max<uint64_t>(ticks_per_second / kWaitsPerSecond, 1)) {
  std::map<uint32_t, std::vector<const BlockEntry*>> by_thread;
  for (const BlockEntry& entry : file.blocks())
    if (is_capture(entry.type)) by_thread[entry.thread].push_back(&entry);
  for (auto& [thread, entries] : by_thread) {
    Lane lane;
    lane.thread = thread;
    lane.entries = std::move(entries);
    due_.push_back({lane.entries.front()->first_time, static_cast<uint32_t>(lanes_.size())});
    lanes_.push_back(std::move(lane));
  }
  std::make_heap(due_.begin(), due_.end(), std::greater<>());
  out_.reserve(kBatchEvents + 2);
}

base::Result<bool> CaptureStream::next(EventBatch& batch) {
  next_event_ += out_.size();
  out_.clear();
  out_addresses_.clear();
  second_frees_.clear();
  const uint64_t first_object = next_object_;
  while (out_.size() < kBatchEvents && !(due_.empty() && waiting_.empty())) {
    if (due_.empty() || gives_up_at() < due_.front().time) {
      HEAPREEL_TRY(force_earliest());
      continue;
    }
    std::pop_heap(due_.begin(), due_.end(), std::greater<>());
    const uint32_t lane = due_.back().lane;
    due_.pop_back();
    HEAPREEL_TRY(run(lane, due_.empty() ? Due{kEndOfTime, 0} : due_.front()));
  }
  batch = {.events = out_,
           .first_event = next_event_,
           .first_object = first_object,
           .addresses = out_addresses_,
           .second_frees = second_frees_,
           .work = nullptr};
  return !out_.empty();
}

// Takes steps of one lane as long as it is the earliest, it does not wait, and the batch has room.
base::Status CaptureStream::run(uint32_t index, Due until) {
  Lane& lane = lanes_[index];
  const size_t waiting_before = waiting_.size();
  const uint64_t deadline = gives_up_at();
  for (;;) {
    if (!lane.block || lane.at == lane.block->events.size()) {
      const auto loaded = load(lane);
      if (!loaded) return base::fail(loaded.error());
      if (!*loaded) return {};
      schedule(index);
      return {};
    }
    if (waiting_before == 0) run_plain(lane, until.time, index < until.lane);
    if (lane.at == lane.block->events.size()) continue;
    if (Due{due_time(lane), index} > until || due_time(lane) > deadline || out_.size() >= kBatchEvents ||
        waiting_.size() != waiting_before)
      break;
    if (!step(lane, false)) {
      waiting_.push_back(index);
      return {};
    }
  }
  schedule(index);
  return {};
}

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

void CaptureStream::schedule(uint32_t index) {
  due_.push_back({due_time(lanes_[index]), index});
  std::push_heap(due_.begin(), due_.end(), std::greater<>());
}

uint64_t CaptureStream::due_time(const Lane& lane) const {
  if (!lane.block || lane.at == lane.block->events.size())
    return lane.next_entry < lane.entries.size() ? lane.entries[lane.next_entry]->first_time : kEndOfTime;
  const Event& event = lane.block->events[lane.at];
  if (!lane.old_released && releases_old(event.op, event.flags))
    return event.time - std::min<uint64_t>(event.time, event.duration);
  return event.time;
}

// Gets the lane's next readable block. False when there is none left.
base::Result<bool> CaptureStream::load(Lane& lane) {
  while (lane.next_entry < lane.entries.size()) {
    const BlockEntry& entry = *lane.entries[lane.next_entry++];
    lane.block.reset();
    auto block = lane.ahead.valid() ? lane.ahead.get() : decoder_.decode(entry);
    if (lane.next_entry < lane.entries.size() && decoder_.threads() > 0 && lanes_.size() <= kLanesWithReadAhead)
      lane.ahead = decoder_.submit(*lane.entries[lane.next_entry]);
    if (block) {
      lane.block = std::move(*block);
      lane.at = 0;
      if (!lane.block->events.empty()) return true;
      continue;
    }
    if (block.error().code == base::ErrorCode::kIo) return base::fail(std::move(block).error());
    note_damage(entry, block.error());
  }
  lane.block.reset();
  return false;
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

// Makes the lane wait for an address, if anybody else is left who could make its event true.
bool CaptureStream::await(Lane& lane, uint64_t address, uint64_t time) {
  if (due_.empty() && waiting_.empty()) return false;
  lane.awaited = address;
  lane.waits_until = time + wait_ticks_;
  return true;
}

// Lets the lanes that wait for this address try again.
void CaptureStream::wake(uint64_t address) {
  for (size_t i = 0; i < waiting_.size();) {
    const uint32_t index = waiting_[i];
    if (lanes_[index].awaited != address) {
      ++i;
      continue;
    }
    lanes_[index].awaited = 0;
    notes_.inversions_repaired += 1;
    waiting_.erase(waiting_.begin() + static_cast<ptrdiff_t>(i));
    schedule(index);
  }
}

// When the first of the waiting lanes gives up.
uint64_t CaptureStream::gives_up_at() const {
  uint64_t earliest = kEndOfTime;
  for (const uint32_t index : waiting_) earliest = std::min(earliest, lanes_[index].waits_until);
  return earliest;
}

// The lane that gives up first cannot be helped: its event is told as it is.
base::Status CaptureStream::force_earliest() {
  const auto first = std::min_element(waiting_.begin(), waiting_.end(), [this](uint32_t a, uint32_t b) {
    return Due{lanes_[b].waits_until, b} > Due{lanes_[a].waits_until, a};
  });
  const uint32_t index = *first;
  waiting_.erase(first);
  lanes_[index].awaited = 0;
  step(lanes_[index], true);
  Lane& lane = lanes_[index];
  if (lane.at == lane.block->events.size()) {
    const auto loaded = load(lane);
    if (!loaded) return base::fail(loaded.error());
    if (!*loaded) return {};
  }
  schedule(index);
  return {};
}

void CaptureStream::emit(const Event& event, uint64_t address) {
  out_.push_back(event);
  last_time_ = std::max(last_time_, event.time);
  out_.back().time = last_time_;
  if (options_.addresses) out_addresses_.push_back(address);
}

}  // namespace heapreel::reel
