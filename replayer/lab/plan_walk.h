// Reading a plan's stretches and ops where the lab has to know them: the live curve and the expected stream of calls.
//
// A cursor goes through one thread's stretches; heads and ops are read from the mapped file, so memory stays the page
// cache's. Bounds are checked at each head: a plan that was tampered with ends a cursor early and is no crash.
#pragma once

#include <memory>
#include <span>

#include "replayer/lab/board.h"

namespace heapreel::lab {

class PlanMap {
 public:
  static base::Result<std::unique_ptr<PlanMap>> open(const PlanRef& plan);
  PlanMap(const PlanMap&) = delete;
  PlanMap& operator=(const PlanMap&) = delete;
  ~PlanMap();

  const PlanRef& plan() const { return plan_; }
  std::span<const uint8_t> bytes() const { return {data_, bytes_}; }

 private:
  PlanMap(const PlanRef& plan, const uint8_t* data, uint64_t bytes) : plan_(plan), data_(data), bytes_(bytes) {}

  PlanRef plan_;
  const uint8_t* data_;
  uint64_t bytes_;
};

class StretchCursor {
 public:
  // At the thread's first stretch. The map must outlive it.
  StretchCursor(const PlanMap& map, const plan::ThreadPlan& thread);

  bool at_end() const { return head_ == nullptr; }
  const plan::Stretch& head() const { return *head_; }
  std::span<const plan::Op> ops() const;
  uint64_t number() const { return number_; }  // of the thread's stretches, from 0
  void next();

 private:
  void settle();

  std::span<const uint8_t> bytes_;
  std::span<const plan::Extent> extents_;
  uint64_t offset_ = 0;
  uint64_t end_ = 0;  // of the extent it is in
  const plan::Stretch* head_ = nullptr;
  uint64_t number_ = 0;
};

}  // namespace heapreel::lab
