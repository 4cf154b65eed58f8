// From one run's board to figures: time of a throughput run, memory of a memory run.
//
// Pure readings of a finished board. Waits are the harness's: what they burn on the processor is taken off, what they
// last is shown apart.
#pragma once

#include "replayer/lab/results.h"
#include "replayer/lab/run.h"

namespace heapreel::lab {

// By the names of results.json.
using Figures = std::map<std::string, double>;

// Calls of a plan: ops without touches and starts of threads.
uint64_t calls_of(const plan::PlanHeader& plan);

struct TimeFigures {
  Figures figures{};
  double wait_share = 0;  // of the threads' time
};
TimeFigures time_figures(const BoardMemory& board, uint64_t calls);

struct MemoryFigures {
  Figures figures{};
  std::vector<TimelinePoint> timeline{};
};
MemoryFigures memory_figures(const RunOutcome& outcome, const PlanRef& plan);

// At most `points_max` of them: of each stretch of time the lowest and the highest, ends kept.
std::vector<TimelinePoint> thinned(const std::vector<TimelinePoint>& timeline, size_t points_max);

}  // namespace heapreel::lab
