// Blocks come in, events leave.
#include "recorder/collector/flight_window.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "trace_format/store/reel_writer.h"

namespace heapreel::collector {
namespace {

using reel::Event;

constexpr uint64_t kPart = 8;  // of the window leaves at a time: to cut costs a pass over what lies astride

// Whether a part of its first block has left.
bool is_astride(const LiveMerge::Lane& lane) { return lane.at != 0 || lane.old_released; }

}  // namespace

base::Status FlightWindow::append(reel::BlockHeader header, base::Bytes body) {
  header.sequence = next_number_++;
  merge_.add(reel::entry_of(header, 0));
  bytes_ += sizeof header + body.size();
  events_ += header.events;
  blocks_[header.sequence] = {header, base::Buffer(body.begin(), body.end())};
  return {};
}

bool FlightWindow::is_over(uint64_t time) const {
  if (bytes_ > limits_.bytes_max) return true;
  return limits_.ticks_kept != 0 && time > begin() + limits_.ticks_kept + limits_.ticks_kept / kPart;
}

uint64_t FlightWindow::time_to_cut(uint64_t time) const {
  uint64_t cut = limits_.ticks_kept != 0 ? time - std::min(time, limits_.ticks_kept) : 0;
  if (bytes_ > limits_.bytes_max) {
    std::vector<std::pair<uint64_t, uint64_t>> ends;  // last time, bytes
    for (const auto& [number, kept] : blocks_)
      ends.emplace_back(kept.header.last_time, sizeof kept.header + kept.body.size());
    std::ranges::sort(ends);
    uint64_t left = bytes_;
    for (auto end = ends.begin(); end != ends.end() && left > limits_.bytes_max - limits_.bytes_max / kPart; ++end) {
      left -= end->second;
      cut = std::max(cut, end->first);
    }
  }
  return std::min(cut, time);
}

base::Status FlightWindow::trim(uint64_t time) {
  const uint64_t cut = time_to_cut(time);
  if (cut <= begin()) return {};
  HEAPREEL_TRY(merge_.advance([this](const auto& entry, auto& into) { return read(entry, into); }, cut));
  drop_what_left();
  if (!merge_.live().overflowed()) return {};
  return base::over_limit("cannot keep the last part of the recording",
                          fmt::format("more than {} blocks were live", LiveSet::kBlocksMax));
}

void FlightWindow::drop_what_left() {
  std::set<uint64_t> needed;
  uint64_t events_kept = 0;
  for (const auto& [thread, lane] : merge_.lanes()) {
    for (const reel::BlockEntry& entry : lane.entries) {
      needed.insert(entry.sequence);
      events_kept += entry.events;
    }
    events_kept -= lane.at;
  }
  std::erase_if(blocks_, [&](const auto& block) { return !needed.contains(block.first); });
  events_left_ = events_ - events_kept;
  bytes_ = 0;
  for (const auto& [number, kept] : blocks_) bytes_ += sizeof kept.header + kept.body.size();
}

base::Status FlightWindow::read(const reel::BlockEntry& entry, reel::EventBlock& into) const {
  const Kept& kept = blocks_.at(entry.sequence);
  return decoder_.decode(kept.header, kept.body, into);
}

base::Result<LiveSet> FlightWindow::live_at(uint64_t time) const {
  if (time < begin()) return base::over_limit("cannot tell what lived", "that part of the recording was not kept");
  LiveMerge merge = merge_;
  HEAPREEL_TRY(merge.advance([this](const auto& entry, auto& into) { return read(entry, into); }, time));
  return merge.live();
}

base::Status FlightWindow::write(reel::ReelWriter& to, const reel::CaptureOptions& options,
                                 std::shared_ptr<reel::CaptureCoders> coders) const {
  std::map<uint32_t, std::vector<Event>> inherited;  // by thread
  for (const auto& [thread, lane] : merge_.lanes()) inherited[thread];
  merge_.live().for_each([&](uint64_t address, const LiveBlock& block) {
    inherited[block.thread].push_back({.time = begin(),
                                       .size = block.size,
                                       .object = address,
                                       .thread = block.thread,
                                       .op = reel::Op::kInherited,
                                       .align_log2 = block.align_log2,
                                       .stack = block.stack});
  });
  reel::CaptureWriter capture(to, options, std::move(coders));
  for (auto& [thread, events] : inherited) {
    std::ranges::sort(events, {}, &Event::object);
    for (const Event& event : events) capture.add(event);
    const auto lane = merge_.lanes().find(thread);
    if (lane != merge_.lanes().end()) HEAPREEL_TRY(write_rest(lane->second, capture));
    capture.close(thread);
    HEAPREEL_TRY(capture.flush());
    if (lane == merge_.lanes().end()) continue;
    for (const reel::BlockEntry& entry : lane->second.entries) {
      if (is_astride(lane->second) && &entry == &lane->second.entries.front()) continue;
      const Kept& kept = blocks_.at(entry.sequence);
      HEAPREEL_TRY(to.append(kept.header, kept.body));
    }
  }
  return capture.flush();
}

// The rest of the block that lies astride. A realloc whose old block had gone when the window began counts as one
// without.
base::Status FlightWindow::write_rest(const LiveMerge::Lane& lane, reel::CaptureWriter& capture) const {
  if (!is_astride(lane)) return {};
  reel::EventBlock block;
  HEAPREEL_TRY(read(lane.entries.front(), block));
  for (size_t i = lane.at; i < block.events.size(); ++i) {
    Event event = block.events[i];
    if (i == lane.at && lane.old_released) {
      event.flags = static_cast<uint8_t>((event.flags & ~reel::kMoved) | reel::kNullOld);
      event.old_object = reel::kNoObject;
      event.duration = 0;
    }
    capture.add(event);
  }
  return {};
}

}  // namespace heapreel::collector
