// The functions of self_check.h.
#include "replayer/predict/self_check.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "replayer/predict/median.h"

namespace heapreel::predict {
namespace {

double error_of(double predicted, double real) {
  if (std::abs(predicted - real) <= kSlackBytes || real <= 0) return 0;
  return predicted / real - 1;
}

// Why no figures can be had at all.
std::vector<std::string> obstacles(const Scene& scene, std::span<const MemoryRun> recorded) {
  const ProgramRecord& program = *scene.program;
  const bool replayed = std::ranges::any_of(recorded, [](const MemoryRun& run) { return !run.readings.empty(); });
  std::vector<std::string> reasons;
  if (!program.non_malloc_known)
    reasons.emplace_back("the reel does not say what memory the program has beside its allocator's");
  if (program.rss.empty() && program.references.runs == 0)
    reasons.emplace_back("the reel does not say what memory the program took");
  if (!replayed && program.allocator.empty())
    reasons.emplace_back("the reel does not name the allocator that the program ran under");
  else if (!replayed)
    reasons.push_back(fmt::format("the program ran under {}, which was not replayed", program.allocator));
  return reasons;
}

void measure(const Scene& scene, std::span<const MemoryRun> recorded, SelfCheck& check) {
  std::vector<double> peaks, means, curves;
  MemoryFigures last;
  for (const MemoryRun& run : recorded) {
    if (run.readings.empty()) continue;
    last = memory_figures(scene, run);
    peaks.push_back(last.peak_bytes);
    means.push_back(last.mean_bytes);
    curves.push_back(last.curve_error);
  }
  const ReferenceFigures& references = scene.program->references;
  check.made = true;
  check.against_references = references.runs > 0;
  check.predicted_peak_bytes = median(peaks);
  check.predicted_mean_bytes = median(means);
  check.curve_error = median(curves);
  check.real_peak_bytes = check.against_references ? references.peak_bytes : last.recorded_peak_bytes;
  check.real_mean_bytes = check.against_references ? references.mean_bytes : last.recorded_mean_bytes;
  check.peak_error = error_of(check.predicted_peak_bytes, check.real_peak_bytes);
  check.mean_error = error_of(check.predicted_mean_bytes, check.real_mean_bytes);
}

void explain_red(SelfCheck& check) {
  const auto explain = [&](const char* what, double error) {
    if (std::abs(error) > kYellowMax)
      check.reasons.push_back(
          fmt::format("replayed under the recorded allocator, {} memory is {:+.1f} % off the "
                      "program's own",
                      what, error * 100));
  };
  explain("peak", check.peak_error);
  explain("mean", check.mean_error);
}

}  // namespace

const char* name_of(Level level) {
  switch (level) {
    case Level::kGreen:
      return "green";
    case Level::kYellow:
      return "yellow";
    case Level::kRed:
      return "red";
    case Level::kRefused:
      break;
  }
  return "refused";
}

SelfCheck self_check(const Scene& scene, std::span<const MemoryRun> recorded, std::vector<std::string> refusals) {
  SelfCheck check;
  check.reasons = std::move(refusals);
  const std::vector<std::string> reasons = obstacles(scene, recorded);
  check.reasons.insert(check.reasons.end(), reasons.begin(), reasons.end());
  if (!reasons.empty()) return check;
  measure(scene, recorded, check);
  const double error = std::max(std::abs(check.peak_error), std::abs(check.mean_error));
  const Level by_error = error <= kGreenMax ? Level::kGreen : error <= kYellowMax ? Level::kYellow : Level::kRed;
  check.level = check.reasons.empty() ? by_error : Level::kRefused;
  if (by_error == Level::kRed) explain_red(check);
  return check;
}

}  // namespace heapreel::predict
