// What a reel says of the program itself: its memory over time, its processor time, and its runs without a recorder.
//
// Times are nanoseconds from the reel's origin, the program's start; a plan's times start at `first_event_ns`. What the
// reel does not say is zero or empty, and `non_malloc_known` says whether a prediction has anything to stand on.
// Absent: what the program asked of its allocator; that is the plan's.
#pragma once

#include <string>
#include <vector>

#include "replayer/predict/curve.h"
#include "trace_format/store/metadata.h"

namespace heapreel::predict {

// The runs of `record --reference N` that ended as they should: their medians, and how far they lie apart.
struct ReferenceFigures {
  uint32_t runs = 0;
  uint64_t wall_ns = 0;
  uint64_t user_ns = 0;
  uint64_t system_ns = 0;
  uint64_t minor_faults = 0;
  double peak_bytes = 0, peak_bytes_low = 0, peak_bytes_high = 0;
  double mean_bytes = 0, mean_bytes_low = 0, mean_bytes_high = 0;

  double peak_spread_bytes() const { return (peak_bytes_high - peak_bytes_low) / 2; }
  double mean_spread_bytes() const { return (mean_bytes_high - mean_bytes_low) / 2; }
};

struct ProgramRecord {
  std::string allocator{};  // its name in the reel; empty if nobody knows
  uint64_t duration_ns = 0;
  uint64_t first_event_ns = 0;
  uint64_t recorder_ns = 0;      // the recorder's own time in the program, off its hot path, of all threads
  uint64_t recorder_ns_max = 0;  // of the thread that lost most
  uint64_t user_ns = 0;          // of the recorded run, the recorder's own included
  uint64_t system_ns = 0;
  uint64_t minor_faults = 0;
  Curve cpu{};         // user and system time of the recorded run until then, nanoseconds; empty if nobody knows
  Curve rss{};         // resident anonymous memory of the recorded run
  Curve non_malloc{};  // the part of it that is not the allocator's
  bool non_malloc_known = false;
  ReferenceFigures references{};
};

// Fails only on metadata that contradict themselves.
base::Result<ProgramRecord> read_program(const reel::ReelFile& file, const reel::proto::Metadata& metadata);

// Runs that failed are left out: they tell nothing of the program.
ReferenceFigures reference_figures(const std::vector<reel::proto::Reference>& references);

}  // namespace heapreel::predict
