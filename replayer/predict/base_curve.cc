// The functions of base_curve.h.
#include "replayer/predict/base_curve.h"

#include <algorithm>
#include <cmath>

namespace heapreel::predict {
namespace {

// The least that the whole must have moved, as a part of how the program's own moved, to show when that was.
constexpr double kShownMin = 0.5;
// Below this, looks differ by what a program does at any time.
constexpr double kProvenBytes = 256 << 10;

// Two looks, and the whole at each.
struct Gap {
  CurvePoint from, to;
  double rss_from = 0, rss_to = 0;

  Gap(const Curve& rss, const CurvePoint& one, const CurvePoint& other)
      : from(one), to(other), rss_from(rss.at(one.time_ns)), rss_to(rss.at(other.time_ns)) {}

  double moved() const { return to.value - from.value; }
  double rss_moved() const { return rss_to - rss_from; }
  bool shown() const { return moved() * rss_moved() > 0 && std::abs(rss_moved()) >= kShownMin * std::abs(moved()); }

  double at(const Curve& rss, uint64_t time_ns) const {
    const double part =
        shown() ? (rss.at(time_ns) - rss_from) / rss_moved()
                : static_cast<double>(time_ns - from.time_ns) / static_cast<double>(to.time_ns - from.time_ns);
    return from.value + moved() * std::clamp(part, 0.0, 1.0);
  }

  // Of the whole's growth, what went to the program's own.
  double share() const { return rss_moved() > 0 ? std::clamp(moved() / rss_moved(), 0.0, 1.0) : 0; }
};

// How much was taken off in all.
double correct_young(const Curve& rss, std::vector<CurvePoint>& looks) {
  double corrected = 0;
  for (size_t i = looks.size(); i-- > 1;) {
    CurvePoint& look = looks[i - 1];
    const double whole = rss.at(look.time_ns);
    const double fell = std::max(whole - rss.at(looks[i].time_ns), 0.0);
    const double excess = look.value - (looks[i].value + fell);
    const uint64_t before = look.time_ns - std::min(look.time_ns, kYoungNs);
    const double old = i > 1 ? rss.at(std::min(before, looks[i - 2].time_ns)) : 0;  // a program begins with nothing
    const double taken = std::clamp(whole - old, 0.0, std::max(excess, 0.0));
    look.value -= taken;
    corrected += taken;
  }
  return corrected;
}

// Nobody looks after the last look. Where looks of this program have proven wrong, or most of its growth was the
// allocator's, what the last one says beyond the share of all growth until then is taken for young memory.
void correct_last(const Curve& rss, std::vector<CurvePoint>& looks, bool proven_wrong) {
  const size_t count = looks.size();
  if (count < 3) return;
  const Gap gap(rss, looks[count - 2], looks[count - 1]);
  const double share = Gap(rss, looks.front(), looks[count - 2]).share();
  const double beyond = gap.moved() - share * gap.rss_moved();
  const bool doubted = proven_wrong || Gap(rss, looks.front(), looks.back()).share() < kShownMin;
  if (gap.rss_moved() > 0 && beyond > 0 && doubted) looks.back().value -= beyond;
}

}  // namespace

std::vector<CurvePoint> looks_of(const std::vector<CurvePoint>& points) {
  std::vector<CurvePoint> looks;
  for (const CurvePoint& point : points)
    if (looks.empty() || point.value != looks.back().value) looks.push_back(point);
  return looks;
}

Curve base_curve(const Curve& rss, std::vector<CurvePoint> looks) {
  if (looks.empty()) return {};
  const bool proven_wrong = correct_young(rss, looks) > kProvenBytes;
  correct_last(rss, looks, proven_wrong);
  correct_young(rss, looks);
  const size_t count = looks.size();
  const CurvePoint last = looks.back();
  const double rss_last = rss.at(last.time_ns);
  const double share = count < 2 ? 0 : Gap(rss, looks[count - 2], last).share();
  std::vector<CurvePoint> points;
  size_t next = 0;  // the first look that is not before the point at hand
  for (const CurvePoint& whole : rss.points()) {
    while (next < count && looks[next].time_ns < whole.time_ns) ++next;
    double bytes = looks.front().value;
    if (next == count)
      bytes = last.value + share * std::max(whole.value - rss_last, 0.0);
    else if (next > 0)
      bytes = Gap(rss, looks[next - 1], looks[next]).at(rss, whole.time_ns);
    points.push_back({whole.time_ns, std::clamp(bytes, 0.0, whole.value)});
  }
  return Curve(points);
}

}  // namespace heapreel::predict
