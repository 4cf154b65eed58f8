// The least plan there is, in memory: one thread that allocates a block and frees it. Runners prove their allocator by
// it where there is no reel, as for `heapreel allocators`.
#pragma once

#include <array>

#include "replayer/lab/board.h"

namespace heapreel::lab {

class TinyPlan {
 public:
  static base::Result<TinyPlan> create();
  PlanRef ref() const {
    return {.fd = fd_.get(), .header = &header_, .threads = threads_, .checkpoints = {}, .extents = extents_};
  }

 private:
  TinyPlan() = default;

  base::Fd fd_{};
  plan::PlanHeader header_{};
  std::array<plan::ThreadPlan, 1> threads_{};
  std::array<plan::Extent, 1> extents_{};
};

}  // namespace heapreel::lab
