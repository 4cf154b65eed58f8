// A lock of the simulated program: what is done under it is done one thread after the other, on their clocks, too.
//
//   const SimGuard guard(lock, self);   // waits for the one before
#pragma once

#include "tools/workloads/stage/sim_thread.h"

namespace heapreel::workloads {

struct SimLock {
  uint64_t free_from = 0;
};

class SimGuard {
 public:
  SimGuard(SimLock& lock, SimThread& self) : lock_(&lock), self_(&self) { self.wait_until(lock.free_from); }
  ~SimGuard() { lock_->free_from = self_->now() + 1; }
  SimGuard(const SimGuard&) = delete;
  SimGuard& operator=(const SimGuard&) = delete;

 private:
  SimLock* lock_;
  SimThread* self_;
};

}  // namespace heapreel::workloads
