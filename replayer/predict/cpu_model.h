// The program's processor time under an allocator, against the recorded one.
//
// delta = user time of the replays' difference + difference of page faults x what one costs. Replays count faults right
// and price them low: their memory is warm. The price is what the reference runs paid per fault, if that lies in
// [2, 5] us; the interval spans that range, 4 points of the program's processor time (several threads: 10), and the
// measured fact that a program whose allocator improves gains up to 2.2 times what its allocator does: objects that lie
// better are read faster. Absent: that locality itself, and system calls other than faults.
#pragma once

#include <span>

#include "replayer/predict/prediction.h"
#include "replayer/predict/program_record.h"
#include "replayer/predict/readings.h"

namespace heapreel::predict {

inline constexpr double kFaultPriceLowNs = 2000;
inline constexpr double kFaultPriceHighNs = 5000;
inline constexpr double kPointsOneThread = 0.04;
inline constexpr double kPointsThreads = 0.10;
inline constexpr double kLocalityGainMax = 2.2;

// Both have at least one run; the i-th of each are of the same round.
CpuPrediction predict_cpu(const ProgramRecord& program, std::span<const CpuRun> runs, std::span<const CpuRun> recorded,
                          bool one_thread);

// Of the program without a recorder; 0 if nobody knows.
double program_cpu_ns(const ProgramRecord& program);

}  // namespace heapreel::predict
