// Peak and mean memory of the program under an allocator, from replays of the memory pass.
//
// Two ways of the same: absolute (replay - harness + the program's own memory) and calibrated (what the program really
// took under the recorded allocator, plus the difference of the replays). The peak is stated absolutely, the mean as
// calibrated, where that can be had: errors of the time axis are common to both replays and fall out. The interval is
// [least, greatest replay], widened by the greatest of: 2 % (several threads: 5 %), the distance of the two ways, and
// half the spread of the reference runs.
#pragma once

#include "replayer/predict/memory_figures.h"
#include "replayer/predict/prediction.h"

namespace heapreel::predict {

inline constexpr double kWidenOneThread = 0.02;
inline constexpr double kWidenThreads = 0.05;
inline constexpr double kPurgeMatters = 0.05;

// `recorded` are the memory runs under the recorded allocator; empty if it cannot be replayed. `runs` needs at least
// one.
MemoryPrediction predict_memory(const Scene& scene, const AllocatorRuns& runs, std::span<const MemoryRun> recorded);

// For a load that is refused: between the replays that keep to the record and those that run freely.
struct Bounds {
  Estimate peak{};
  Estimate mean{};
};
Bounds memory_bounds(const Scene& scene, const AllocatorRuns& runs);

}  // namespace heapreel::predict
