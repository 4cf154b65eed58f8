// What the benchmarks of the format work on: real recordings where a corpus lies beside the project, else made-up ones.
#pragma once

#include <string>
#include <vector>

#include "trace_format/event/event.h"

namespace heapreel::bench {

struct Recording {
  std::string name;
  std::vector<reel::Event> events;  // in replay order, objects by address
  uint64_t ticks_per_second = 0;
  bool real = false;
};

// The recordings of HEAPREEL_CORPUS_DIR/recorded, at most `events_max` events of each; made-up ones if there are none.
std::vector<Recording> load_recordings(uint64_t events_max);

// A program that never was: sizes from a few habits, mostly short lives, three threads that free each other's blocks.
Recording made_up_recording(uint64_t events);

}  // namespace heapreel::bench
