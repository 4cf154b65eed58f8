// The processor's counters over a replay, of all its threads.
#pragma once

#include "replayer/measure/board_format.h"

namespace heapreel::runner {

// Opened before the replay's threads exist, so that these inherit them; what cannot be opened stays unknown.
class Counters {
 public:
  Counters();
  ~Counters();
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;

  void start() const;
  // Stops them and writes what they say.
  void stop(measure::Board& board) const;

 private:
  int fds_[measure::kCounters];
};

}  // namespace heapreel::runner
