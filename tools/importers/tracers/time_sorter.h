// Brings calls into the order of their times, where a tool writes each processor's calls in bunches.
//
// Memory: kWindow calls. What is later than that comes out of order, and is counted.
#pragma once

#include <algorithm>
#include <vector>

#include "trace_format/event/event.h"

namespace heapreel::importers {

class TimeSorter {
 public:
  // What bpftrace's buffers of 16 processors hold at 1024 pages each, some 70 bytes a call. 56 MiB here.
  static constexpr size_t kWindow = size_t{1} << 20;

  explicit TimeSorter(size_t window = kWindow) : window_(window) {}

  // Takes a call, and appends those that no later one can come before.
  void add(const reel::Event& event, std::vector<reel::Event>& sorted) {
    late_ += event.time < last_ ? 1 : 0;
    waiting_.push_back({event, added_++});
    std::push_heap(waiting_.begin(), waiting_.end(), later);
    if (waiting_.size() > window_) take_first(sorted);
  }

  void drain(std::vector<reel::Event>& sorted) {
    while (!waiting_.empty()) take_first(sorted);
  }

  uint64_t late() const { return late_; }

 private:
  struct Waiting {
    reel::Event event;
    uint64_t number;  // of its line: calls of the same time keep their order
  };

  static bool later(const Waiting& a, const Waiting& b) {
    return a.event.time != b.event.time ? a.event.time > b.event.time : a.number > b.number;
  }

  void take_first(std::vector<reel::Event>& sorted) {
    std::pop_heap(waiting_.begin(), waiting_.end(), later);
    sorted.push_back(waiting_.back().event);
    last_ = std::max(last_, sorted.back().time);
    waiting_.pop_back();
  }

  size_t window_;
  std::vector<Waiting> waiting_;  // a heap, the earliest first
  uint64_t added_ = 0;
  uint64_t last_ = 0;
  uint64_t late_ = 0;
};

}  // namespace heapreel::importers
