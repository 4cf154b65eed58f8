// What a reel holds, in numbers: one streaming pass, memory bounded by the live set.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "trace_format/base/hash.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/store/metadata.h"
#include "trace_format/summary/ledger.h"

namespace heapreel::reel {

// One point of the live curve: the greatest live bytes in its stretch of time.
struct LivePoint {
  uint64_t time = 0;
  uint64_t live_bytes_max = 0;
};

struct Summary {
  uint64_t events = 0;
  uint64_t events_lost = 0;  // gaps in the record and blocks that could not be read
  std::array<uint64_t, kOpLimit> events_by_op{};
  uint64_t births = 0;
  uint64_t births_bytes = 0;
  uint64_t first_time = 0;
  uint64_t last_time = 0;
  uint64_t threads = 0;

  uint64_t live_peak_bytes = 0;
  uint64_t live_peak_time = 0;
  uint64_t live_peak_objects = 0;  // the most objects at once, not necessarily at the same moment
  uint64_t live_end_bytes = 0;
  uint64_t live_end_objects = 0;

  uint64_t failed = 0;
  uint64_t cross_thread_frees = 0;
  uint64_t reallocs_moved = 0;
  uint64_t unknown_frees = 0;
  uint64_t double_frees = 0;
  uint64_t implied_frees = 0;  // a birth over a live block: its free was lost
  uint64_t inversions_repaired = 0;

  std::array<uint64_t, 65> births_by_size_log2{};  // [0]: size 0; [k]: 2^(k-1) < size + 1 <= 2^k
  std::vector<LivePoint> live_curve;
  base::Sha256::Digest content_id{};
  std::vector<Damage> damage;
};

// An event that contradicts the ones before it, as the pass meets it.
struct Contradiction {
  const Event* event;
  uint64_t position;  // in replay order
  Death death;        // kUnknown or kTwice; kSound for an implied free
};

struct SummaryOptions {
  bool content_id = true;  // costs about 5 ns an event
  std::function<void(const Contradiction&)> on_contradiction{};
};

base::Result<Summary> summarize(EventStream& stream, const SummaryOptions& options = {});

}  // namespace heapreel::reel
