// From a reel to a plan: one streaming pass over the reel's events in replay order.
//
// The invariant: what cannot be replayed as it was recorded is left out or replaced by a stated rule, and counted
// (Policies in plan_format.h); everything else becomes exactly one op of the thread that made the call. Memory: some 50
// bytes for each live object, 4 MiB, and the buffers of plan_writer.h, beside what the reel's own reader needs.
#pragma once

#include <string>

#include "replayer/plan/plan_format.h"
#include "trace_format/base/file.h"
#include "trace_format/base/worker_pool.h"
#include "trace_format/store/metadata.h"

namespace heapreel::plan {

struct PlanOptions {
  bool strict = false;  // for replays in total order

  // Of cached_plan() alone.
  static constexpr uint64_t kBytesBySystem = ~uint64_t{0};
  bool use_cache = true;
  std::string cache_folder{};                 // empty: the user's own
  uint64_t cache_bytes_max = kBytesBySystem;  // all plans together; by the system: HEAPREEL_CACHE_MAX, else 8 GiB or a
                                              // tenth of the file system, whichever is less
};

// What the plan's own header does not say.
struct PlanReport {
  uint64_t page_bytes = 0;      // of the recorded machine; 0: the reel does not say
  std::string architecture{};   // empty: the reel does not say
  bool blocks_damaged = false;  // blocks of the reel could not be read: lost_events counts what they held
};

// Writes the plan of a reel to `output`, which appears when it is whole and replaces what was there.
base::Result<PlanReport> make_plan(const reel::ReelFile& file, const reel::ReelMetadata& metadata,
                                   base::WorkerPool& pool, const PlanOptions& options, const std::string& output);

// The same into an open file, empty and without holes for anybody else; `name` is for messages.
base::Result<PlanReport> write_plan(const reel::ReelFile& file, const reel::ReelMetadata& metadata,
                                    base::WorkerPool& pool, const PlanOptions& options, const base::Fd& into,
                                    const std::string& name);

}  // namespace heapreel::plan
