// The steps of checkpoints.h.
#include "replayer/plan/checkpoints.h"

#include <algorithm>

namespace heapreel::plan {
namespace {

constexpr uint64_t kPoints = 3000;
constexpr uint64_t kStepOpsMin = 256;  // a short reel keeps stretches of decent length
constexpr uint64_t kStepNsMin = 10'000;
constexpr uint64_t kLiveBytesMin = 64 << 10;  // a smaller peak is lost in any allocator's own needs
constexpr uint64_t kMaximaMax = 2048;         // steps of 1 % reach 48 TiB
constexpr uint64_t kNever = ~uint64_t{0};

// The next multiple of a step beyond a value.
uint64_t next_multiple(uint64_t value, uint64_t step) {
  const uint64_t next = (value / step + 1) * step;
  return next > value ? next : kNever;
}

}  // namespace

CheckpointSchedule::CheckpointSchedule(uint64_t ops, uint64_t duration_ns)
    : step_ops_(std::max(ops / kPoints, kStepOpsMin)),
      step_ns_(std::max(duration_ns / kPoints, kStepNsMin)),
      next_live_bytes_(kLiveBytesMin) {}

// Where the estimates were far too low, the steps grow: the number of points stays bounded.
void CheckpointSchedule::taken(uint64_t seq, uint64_t time_ns, uint64_t live_bytes) {
  if (seq >= next_seq_) {
    if (++by_ops_ % (2 * kPoints) == 0) step_ops_ *= 2;
    next_seq_ = next_multiple(seq, step_ops_);
  }
  if (time_ns >= next_time_ns_) {
    if (++by_time_ % (2 * kPoints) == 0) step_ns_ *= 2;
    next_time_ns_ = next_multiple(time_ns, step_ns_);
  }
  if (live_bytes < next_live_bytes_) return;
  next_live_bytes_ = ++by_maximum_ < kMaximaMax ? live_bytes + live_bytes / 100 + 1 : kNever;
}

}  // namespace heapreel::plan
