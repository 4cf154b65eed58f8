// What a thread of the plan calls next, without what is no call: touches, starts of threads.
#pragma once

#include "replayer/lab/plan_walk.h"

namespace heapreel::lab {

class ExpectedCalls {
 public:
  // Stretches that begin at `stop_at_seq` or beyond are left out, if it is not 0.
  ExpectedCalls(const PlanMap& map, const plan::ThreadPlan& thread, uint64_t stop_at_seq)
      : cursor_(map, thread), stop_at_seq_(stop_at_seq) {
    settle();
  }

  // The next call; null at the end.
  const plan::Op* op() const { return op_; }
  void next() {
    ++place_;
    ++calls_;
    settle();
  }
  uint64_t calls() const { return calls_; }  // that were passed

 private:
  static bool is_call(plan::Kind kind) { return kind != plan::Kind::kTouch && kind != plan::Kind::kSpawn; }
  void settle();

  StretchCursor cursor_;
  uint64_t stop_at_seq_;
  size_t place_ = 0;  // in the stretch
  uint64_t calls_ = 0;
  const plan::Op* op_ = nullptr;
};

}  // namespace heapreel::lab
