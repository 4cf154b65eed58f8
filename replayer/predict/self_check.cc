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

Level level_of(double error, double predicted, double real_low, double real_high) {
  const double size = std::abs(error);
  if (size <= kGreenMax) return Level::kGreen;
  const bool among_runs = predicted >= real_low && predicted <= real_high;
  return size <= kYellowMax || among_runs ? Level::kYellow : Level::kRed;
}

// The worse of peak and mean; a red one says why.
Level judge(const ReferenceFigures& references, SelfCheck& check) {
  const Level peak =
      level_of(check.peak_error, check.predicted_peak_bytes, references.peak_bytes_low, references.peak_bytes_high);
  const Level mean =
      level_of(check.mean_error, check.predicted_mean_bytes, references.mean_bytes_low, references.mean_bytes_high);
  const auto explain = [&](const char* what, Level level, double error) {
    if (level == Level::kRed)
      check.reasons.push_back(
          fmt::format("{} memory of the replay under the recorded allocator is {:+.1f} % off", what, error * 100));
  };
  explain("peak", peak, check.peak_error);
  explain("mean", mean, check.mean_error);
  return std::max(peak, mean);
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
  const bool refused = !check.reasons.empty();
  const Level by_error = judge(scene.program->references, check);
  check.level = refused ? Level::kRefused : by_error;
  return check;
}

}  // namespace heapreel::predict
