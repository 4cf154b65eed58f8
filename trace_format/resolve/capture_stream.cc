// The merging of capture_stream.h: which thread's event comes next, and who waits for whom.
#include "trace_format/resolve/capture_stream.h"

#include <algorithm>
#include <functional>
#include <map>

namespace heapreel::reel {
namespace {

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

}  // namespace heapreel::reel
