// The functions of cpu_model.h.
#include "replayer/predict/cpu_model.h"

#include <algorithm>

#include "replayer/predict/median.h"

namespace heapreel::predict {
namespace {

constexpr double kNs = 1e-9;

double median_difference(std::span<const CpuRun> runs, std::span<const CpuRun> recorded, double CpuRun::*what) {
  std::vector<double> differences;
  for (size_t i = 0; i < std::min(runs.size(), recorded.size()); ++i)
    differences.push_back(runs[i].*what - recorded[i].*what);
  return median(differences);
}

// System time of the reference runs per fault bounds the price from above: other calls are in it.
double fault_price_ns(const ProgramRecord& program) {
  const ReferenceFigures& references = program.references;
  if (references.runs == 0 || references.minor_faults == 0) return (kFaultPriceLowNs + kFaultPriceHighNs) / 2;
  const double paid = static_cast<double>(references.system_ns) / static_cast<double>(references.minor_faults);
  return std::clamp(paid, kFaultPriceLowNs, kFaultPriceHighNs);
}

}  // namespace

double program_cpu_ns(const ProgramRecord& program) {
  if (program.references.runs > 0)
    return static_cast<double>(program.references.user_ns + program.references.system_ns);
  const uint64_t all = program.user_ns + program.system_ns;
  return static_cast<double>(all - std::min(all, program.recorder_ns));
}

CpuPrediction predict_cpu(const ProgramRecord& program, std::span<const CpuRun> runs, std::span<const CpuRun> recorded,
                          bool one_thread) {
  const double user = median_difference(runs, recorded, &CpuRun::user_ns);
  const double faults = median_difference(runs, recorded, &CpuRun::minor_faults);
  const double price = fault_price_ns(program);
  const double whole = program_cpu_ns(program);
  const double value = user + faults * price;
  const auto [low, high] = std::minmax({user + faults * kFaultPriceLowNs, user + faults * kFaultPriceHighNs});
  const double points = whole * (one_thread ? kPointsOneThread : kPointsThreads);
  const double with_locality = user < 0 ? low + user * (kLocalityGainMax - 1) : low;
  return {.delta_s = {.value = value * kNs,
                      .low = std::min(low - points, with_locality) * kNs,
                      .high = (high + points) * kNs},
          .user_delta_s = user * kNs,
          .faults_delta = faults,
          .fault_price_ns = price,
          .fault_price_low_ns = kFaultPriceLowNs,
          .fault_price_high_ns = kFaultPriceHighNs,
          .program_cpu_s = whole * kNs};
}

}  // namespace heapreel::predict
