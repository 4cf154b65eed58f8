// What the shim says beside the events: threads, gaps, resident pages, marks, stacks, images.
#include "recorder/collector/describe_process.h"
#include "recorder/collector/process_reel.h"

namespace heapreel::collector {
namespace {

using reel::Event;
using reel::Op;

constexpr size_t kMarkNamesMax = 65536;

}  // namespace

void ProcessReel::take_note(Thread& thread, ring::Note note, uint32_t small, std::span<const uint64_t> words,
                            uint64_t stamp) {
  const uint64_t time = reel_time(stamp);
  if (!status_) return;  // there is room for the end of the reel, and for no more
  switch (note) {
    case ring::Note::kThreadStart:
      return begin_thread(thread, words, time);
    case ring::Note::kGap:
      return take_gap(thread, words, time);
    case ring::Note::kResident:
      return take_residency(words, small, time);
    case ring::Note::kMark:
      return take_mark(thread, small, words, time);
    case ring::Note::kOwnTime:
      if (!words.empty()) thread.own_ticks += words[0];
      return;
    case ring::Note::kStack:
      return take_stack(thread, words, time);
    case ring::Note::kImage:
      if (!code_.take_image(small, words, time)) ++nonsense_slots_;
      return;
    case ring::Note::kWideEvent:
    case ring::Note::kNone:
      return;
  }
  ++nonsense_slots_;
}

void ProcessReel::begin_thread(Thread& thread, std::span<const uint64_t> words, uint64_t time) {
  if (words.size() != 4 || thread.started) return;
  if (words[0] != 0) thread.tid = static_cast<uint32_t>(words[0]);
  thread.started = true;
  if (thread.name.empty()) thread.name = thread_name_of(facts_.pid, thread.tid);
  thread.start = time;
  const auto made = runtime_blocks_.find(words[1]);
  if (made != runtime_blocks_.end()) {
    thread.made_by = made->second;
    runtime_blocks_.erase(made);
  }
  put(thread, Op::kThreadStart, thread.made_by, time);
}

void ProcessReel::take_gap(Thread& thread, std::span<const uint64_t> words, uint64_t time) {
  if (words.empty()) return;
  thread.lost += words[0];
  lost_ += words[0];
  put(thread, Op::kGap, words[0], time);
}

void ProcessReel::take_residency(std::span<const uint64_t> words, uint32_t occasion, uint64_t time) {
  if (words.size() != 2 || occasion > static_cast<uint32_t>(reel::Occasion::kAtExit) || watch_ == nullptr) return;
  watch_->note(
      {.time = time, .block = words[0], .touched_pages = words[1], .occasion = static_cast<reel::Occasion>(occasion)});
}

void ProcessReel::take_mark(Thread& thread, uint32_t bytes, std::span<const uint64_t> words, uint64_t time) {
  if (bytes > words.size_bytes()) return;
  const std::string name(reinterpret_cast<const char*>(words.data()), bytes);
  const auto known = marks_.find(name);
  uint32_t number = known != marks_.end() ? known->second : 0;
  if (number == 0 && marks_.size() < kMarkNamesMax) {
    number = static_cast<uint32_t>(marks_.size()) + 1;
    marks_[name] = number;
    reel::proto::MarkName& entry = *confidential_.add_marks();
    entry.set_number(number);
    entry.set_name(name);
  }
  reel::proto::Mark& mark = *metadata_.add_marks();
  mark.set_number(number);
  mark.set_time(std::max(time, thread.last));
  put(thread, Op::kMark, number, time);
}

void ProcessReel::take_stack(Thread& thread, std::span<const uint64_t> words, uint64_t time) {
  const bool sound = words.size() >= 2 && words[0] <= ThreadStacks::kNumberMax;
  if (!sound || !thread.stacks.define(static_cast<uint32_t>(words[0]), code_.take_stack(words.subspan(1), time)))
    ++nonsense_slots_;
}

}  // namespace heapreel::collector
