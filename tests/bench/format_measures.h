// One measurement of the format each: bytes an event, and processor nanoseconds an event. All on one thread.
#pragma once

#include <string>

#include "tests/bench/recordings.h"
#include "trace_format/pack/pack.h"

namespace heapreel::bench {

struct Cost {
  double bytes_per_event = 0;
  double cpu_ns_per_event = 0;
};

// How a recording is written.
struct CaptureWay {
  bool plain = false;
  size_t stamp_every = 1;  // the events between repeat the last stamp; 0: all have the first one
};

// Writes the recording as a capture reel with times on a grid of at most 64 ns.
Cost write_capture(const Recording& recording, const std::string& path, CaptureWay way = {});
// The encoder of plain blocks alone, on warm events.
Cost encode_plain(const Recording& recording);
// Packs a capture reel: decoding, merging, resolving, encoding, compressing, content id.
Cost pack_capture(const std::string& from, const std::string& to, const reel::PackOptions& options);
// Reads, checks, decompresses and decodes every block of events.
Cost decode(const std::string& path);
// The wall time of the same on `threads` threads, in ns an event.
double decode_wall_ns_per_event(const std::string& path, unsigned threads);

// A packed reel of `events` events: the recordings one after the other, over and over.
void write_large(const std::vector<Recording>& recordings, const std::string& path, uint64_t events);

struct InfoRun {
  double wall_s = 0;
  double cpu_s = 0;
  double resident_mib = 0;  // of the process, at its peak
  double live_set_mib = 0;  // of the live set's own table
};
InfoRun run_info(const std::string& binary, const std::string& path, uint64_t live_peak_objects);
uint64_t live_peak_objects(const std::string& path);

// Milliseconds from a time to the first event at or after it, median of some random times; the reel is open already.
double random_access_ms(const std::string& path);
// The same, with opening the file.
double open_and_access_ms(const std::string& path);

}  // namespace heapreel::bench
