// Merging blocks by time.
#include "recorder/collector/live_merge.h"

#include <algorithm>
#include <queue>

namespace heapreel::collector {
namespace {

constexpr size_t kSparesMax = 2;  // 3 MiB each
constexpr uint64_t kEndOfTime = ~uint64_t{0};

}  // namespace

base::Status LiveMerge::advance(const ReadBlock& read, uint64_t time) {
  base::Status merged = merge(read, time);
  for (auto& [thread, lane] : lanes_) put_away(lane);
  std::erase_if(lanes_, [](const auto& lane) { return lane.second.entries.empty(); });
  spares_.clear();
  time_ = std::max(time_, time);
  return merged;
}

base::Status LiveMerge::merge(const ReadBlock& read, uint64_t until) {
  using Due = std::pair<uint64_t, uint32_t>;  // time, thread
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due;
  for (const auto& [thread, lane] : lanes_) due.emplace(due_time(lane), thread);
  while (!due.empty() && due.top().first <= until) {
    const uint32_t thread = due.top().second;
    due.pop();
    Lane& lane = lanes_[thread];
    HEAPREEL_TRY(run(read, lane, due.empty() ? until : std::min(until, due.top().first)));
    if (const uint64_t next = due_time(lane); next != kEndOfTime) due.emplace(next, thread);
  }
  return {};
}

std::shared_ptr<reel::EventBlock> LiveMerge::take_spare() {
  if (spares_.empty()) return std::make_shared<reel::EventBlock>();
  auto spare = std::move(spares_.back());
  spares_.pop_back();
  return spare;
}

void LiveMerge::put_away(Lane& lane) {
  if (lane.block != nullptr && spares_.size() < kSparesMax) spares_.push_back(std::move(lane.block));
  lane.block.reset();
}

// A lane's events up to a time. The first of them is due: whoever calls gets on.
base::Status LiveMerge::run(const ReadBlock& read, Lane& lane, uint64_t until) {
  if (lane.block == nullptr) {
    lane.block = take_spare();
    HEAPREEL_TRY(read(lane.entries.front(), *lane.block));
  }
  while (lane.at < lane.block->events.size() && due_time(lane) <= until) step(lane);
  if (lane.at < lane.block->events.size()) return {};
  put_away(lane);
  lane.entries.pop_front();
  lane.at = 0;
  return {};
}

void LiveMerge::step(Lane& lane) {
  const reel::Event& event = lane.block->events[lane.at];
  if (!lane.old_released && reel::releases_old(event.op, event.flags)) {
    live_.release_old(event);
    lane.old_released = true;
    return;
  }
  live_.apply(event);
  if (event.op == reel::Op::kGap) [[unlikely]]
    lost_ += event.size;
  lane.old_released = false;
  ++lane.at;
}

// Of a block that is not decoded, all that is known is when it begins.
uint64_t LiveMerge::due_time(const Lane& lane) {
  if (lane.entries.empty()) return kEndOfTime;
  if (lane.block == nullptr) return lane.entries.front().first_time;
  const reel::Event& event = lane.block->events[lane.at];
  if (lane.old_released || !reel::releases_old(event.op, event.flags)) return event.time;
  return event.time - std::min<uint64_t>(event.time, event.duration);
}

}  // namespace heapreel::collector
