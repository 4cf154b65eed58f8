// How many threads live at once.
#include "replayer/plan/thread_roster.h"

#include <algorithm>

namespace heapreel::plan {

uint64_t ThreadRoster::alive_max() const {
  std::vector<std::pair<uint64_t, int>> changes;
  for (size_t i = 1; i < lives_.size(); ++i) {
    changes.emplace_back(lives_[i].first_seq, 1);
    changes.emplace_back(lives_[i].last_seq + 1, -1);
  }
  std::sort(changes.begin(), changes.end());
  int64_t alive = 1;
  int64_t most = 1;
  for (const auto& [seq, change] : changes) most = std::max(most, alive += change);
  return static_cast<uint64_t>(most);
}

}  // namespace heapreel::plan
