// A merge of the threads' stretches by one key or the other.
#include "replayer/lab/live_curve.h"

#include <algorithm>
#include <queue>
#include <vector>

namespace heapreel::lab {
namespace {

struct Lane {
  StretchCursor cursor;
  std::span<const uint64_t> log;
};

class Level {
 public:
  void add(const plan::Stretch& stretch) {
    const uint64_t now_ns = std::max(stretch.time_ns, last_ns_);
    if (figures_.stretches == 0) first_ns_ = last_ns_ = now_ns;
    area_ += static_cast<double>(live_) * static_cast<double>(now_ns - last_ns_);
    last_ns_ = now_ns;
    const int64_t top = live_ + static_cast<int64_t>(stretch.rise_bytes);
    figures_.peak_bytes = std::max(figures_.peak_bytes, static_cast<uint64_t>(std::max<int64_t>(top, 0)));
    live_ += stretch.net_bytes;
    ++figures_.stretches;
  }

  LiveFigures finish() {
    const uint64_t span_ns = last_ns_ - first_ns_;
    figures_.mean_bytes = span_ns == 0 ? static_cast<double>(live_) : area_ / static_cast<double>(span_ns);
    return figures_;
  }

 private:
  int64_t live_ = 0;
  uint64_t first_ns_ = 0;
  uint64_t last_ns_ = 0;
  double area_ = 0;
  LiveFigures figures_;
};

std::vector<Lane> lanes_of(const PlanMap& map, std::span<const uint64_t> log, uint32_t log_every) {
  std::vector<Lane> lanes;
  size_t first = 0;
  for (const plan::ThreadPlan& thread : map.plan().threads) {
    const uint64_t entries = std::min<uint64_t>(log_entries_of(thread.stretches, log_every), log.size() - first);
    lanes.push_back({.cursor = StretchCursor(map, thread), .log = log.subspan(first, entries)});
    first += entries;
  }
  return lanes;
}

// The clock reading of the stretch a lane is at; 0 if it was not reached.
uint64_t reading_of(const Lane& lane, uint32_t log_every) {
  const uint64_t entry = lane.cursor.number() / log_every;
  return lane.cursor.at_end() || entry >= lane.log.size() ? 0 : lane.log[entry];
}

LiveFigures merged(std::vector<Lane> lanes, uint32_t log_every, bool by_record) {
  using Key = std::pair<uint64_t, size_t>;
  std::priority_queue<Key, std::vector<Key>, std::greater<>> next;
  const auto push = [&](size_t i) {
    const uint64_t reading = reading_of(lanes[i], log_every);
    if (reading != 0) next.emplace(by_record ? lanes[i].cursor.head().seq : reading, i);
  };
  for (size_t i = 0; i < lanes.size(); ++i) push(i);
  Level level;
  while (!next.empty()) {
    const size_t i = next.top().second;
    next.pop();
    level.add(lanes[i].cursor.head());
    lanes[i].cursor.next();
    push(i);
  }
  return level.finish();
}

}  // namespace

LiveCurves live_curves(const PlanMap& map, std::span<const uint64_t> log, uint32_t log_every) {
  return {.replayed = merged(lanes_of(map, log, log_every), log_every, false),
          .recorded = merged(lanes_of(map, log, log_every), log_every, true)};
}

}  // namespace heapreel::lab
