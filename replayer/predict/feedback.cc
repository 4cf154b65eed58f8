// The functions of feedback.h.
#include "replayer/predict/feedback.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace heapreel::predict {
namespace {

// Below this, two figures of bytes are the same: start-up differs by so much.
constexpr double kBytesSlack = 128 << 10;

double apart(double first, double second, double slack) {
  const double distance = std::abs(first - second);
  return distance <= slack ? 0 : distance / std::max(std::min(first, second), 1.0);
}

void compare(const char* what, double first, double second, double slack, std::vector<std::string>& signs) {
  const double part = apart(first, second, slack);
  if (part > kAgainMax)
    signs.push_back(
        fmt::format("two recordings differ by {:.0f} % in {}, so the load depends on timing", part * 100, what));
}

double mean_over_ops(std::span<const plan::Checkpoint> checkpoints) {
  double area = 0;
  double ops = 0;
  for (size_t i = 1; i < checkpoints.size(); ++i) {
    const plan::Checkpoint& from = checkpoints[i - 1];
    const plan::Checkpoint& to = checkpoints[i];
    const double step = static_cast<double>(to.seq) - static_cast<double>(from.seq);
    ops += step;
    area += step * (static_cast<double>(from.live_bytes) + static_cast<double>(to.live_bytes)) / 2;
  }
  return ops > 0 ? area / ops : 0;
}

}  // namespace

LoadFigures load_figures(const plan::PlanHeader& plan, std::span<const plan::Checkpoint> checkpoints) {
  double ops = 0;
  for (size_t kind = 0; kind < plan::kKinds; ++kind)
    if (kind != static_cast<size_t>(plan::Kind::kTouch) && kind != static_cast<size_t>(plan::Kind::kSpawn))
      ops += static_cast<double>(plan.ops_by_kind[kind]);
  return {.ops = ops,
          .live_peak_bytes = static_cast<double>(plan.live_peak_bytes),
          .live_mean_bytes = mean_over_ops(checkpoints)};
}

std::vector<std::string> feedback_signs(const ReferenceFigures& references, const LoadFigures& first,
                                        const std::optional<LoadFigures>& again) {
  std::vector<std::string> signs;
  const double spread = references.peak_bytes_high - references.peak_bytes_low;
  if (references.runs > 1 && spread > kBytesSlack && spread > kReferenceSpreadMax * references.peak_bytes)
    signs.push_back(fmt::format("the peaks of {} reference runs lie {:.0f} % apart, so the load depends on timing",
                                references.runs, spread / references.peak_bytes * 100));
  if (!again) return signs;
  compare("the number of ops", first.ops, again->ops, 0, signs);
  compare("peak live bytes", first.live_peak_bytes, again->live_peak_bytes, kBytesSlack, signs);
  compare("mean live bytes", first.live_mean_bytes, again->live_mean_bytes, kBytesSlack, signs);
  return signs;
}

}  // namespace heapreel::predict
