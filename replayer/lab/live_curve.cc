// A merge of the threads' stretches by one key or the other.
#include "replayer/lab/live_curve.h"

#include <algorithm>
#include <cstdlib>
#include <queue>
#include <utility>
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

// What each thread does to the level, window by window of the record.
class Swing {
 public:
  Swing(const Window& window, size_t lanes) : window_(window), net_bytes_(lanes) {}

  void add(size_t lane, const plan::Stretch& stretch) {
    if (stretch.seq >= first_seq_ + window_.ops || stretch.time_ns >= first_ns_ + window_.ns) begin(stretch);
    net_bytes_[lane] += stretch.net_bytes;
  }

  uint64_t finish() {
    close();
    return window_.ops == 0 || net_bytes_.size() < 2 ? 0 : most_bytes_;
  }

 private:
  void begin(const plan::Stretch& stretch) {
    close();
    first_seq_ = stretch.seq;
    first_ns_ = stretch.time_ns;
  }
  void close() {
    uint64_t moved_bytes = 0;
    for (int64_t& net : net_bytes_) moved_bytes += static_cast<uint64_t>(std::abs(std::exchange(net, 0)));
    most_bytes_ = std::max(most_bytes_, moved_bytes);
  }

  Window window_;
  std::vector<int64_t> net_bytes_;  // by lane, of the window at hand
  uint64_t first_seq_ = 0;
  uint64_t first_ns_ = 0;
  uint64_t most_bytes_ = 0;
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

LiveFigures merged(std::vector<Lane> lanes, uint32_t log_every, bool by_record, Swing* swing) {
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
    if (swing != nullptr) swing->add(i, lanes[i].cursor.head());
    lanes[i].cursor.next();
    push(i);
  }
  return level.finish();
}

}  // namespace

LiveCurves live_curves(const PlanMap& map, std::span<const uint64_t> log, uint32_t log_every, const Window& window) {
  Swing swing(window, map.plan().threads.size());
  LiveCurves curves;
  curves.replayed = merged(lanes_of(map, log, log_every), log_every, false, nullptr);
  curves.recorded = merged(lanes_of(map, log, log_every), log_every, true, &swing);
  curves.swing_bytes = swing.finish();
  return curves;
}

}  // namespace heapreel::lab
