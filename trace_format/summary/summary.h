// What a reel holds, in numbers: one streaming pass, memory bounded by the live set (48 to 72 bytes an object).
#pragma once

#include <functional>
#include <vector>

#include "trace_format/base/hash.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/summary/digest.h"
#include "trace_format/summary/live_curve.h"

namespace heapreel::reel {

struct Summary {
  EventCounts counts;
  uint64_t events_lost = 0;  // gaps in the record and blocks that could not be read
  uint64_t first_time = 0;
  uint64_t last_time = 0;
  uint64_t threads = 0;

  uint64_t live_peak_bytes = 0;
  uint64_t live_peak_time = 0;
  uint64_t live_peak_objects = 0;  // the most objects at once, not necessarily at the same moment
  uint64_t live_end_bytes = 0;
  uint64_t live_end_objects = 0;
  std::vector<LivePoint> live_curve;

  uint64_t inversions_repaired = 0;
  base::Sha256::Digest content_id{};
  std::vector<Damage> damage;
};

// An event that contradicts the ones before it, as the pass meets it.
struct Contradiction {
  const Event* event;
  uint64_t position;  // in replay order
  Contradicts how;
  uint64_t object;  // the one concerned; kNoObject if unknown
};

struct SummaryOptions {
  bool content_id = true;  // costs some 5 ns an event, on one thread
  std::function<void(const Contradiction&)> on_contradiction{};
};

base::Result<Summary> summarize(EventStream& stream, const SummaryOptions& options = {});

// The same for a whole reel. Without content id and contradictions, a packed reel's blocks are digested on the pool.
base::Result<Summary> summarize(const ReelFile& file, base::WorkerPool& pool, const SummaryOptions& options = {});

}  // namespace heapreel::reel
