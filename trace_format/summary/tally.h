// Puts digests together, in order: knows every live object, and with them the live bytes at every moment.
#pragma once

#include "trace_format/base/flat_map.h"
#include "trace_format/summary/content_id.h"
#include "trace_format/summary/summary.h"

namespace heapreel::reel {

class Tally {
 public:
  // Takes the digest of the next batch. With the batch at hand, contradictions can be shown and the content id
  // computed.
  void add(const Digest& digest, const EventBatch* batch, const SummaryOptions& options);
  Summary finish(const StreamNotes& notes, const SummaryOptions& options);

 private:
  struct LiveObject {
    uint64_t size = 0;
    uint32_t thread = 0;
  };

  void add_steps(const Digest& digest);
  void end_life(const OldDeath& death);
  void show_conflicts(const Digest& digest, const EventBatch& batch, const SummaryOptions& options);

  Summary sum_;
  base::FlatMap<LiveObject> live_;
  LiveCurve curve_;
  ContentId id_;
  std::vector<bool> threads_seen_;
  std::vector<Conflict> conflicts_;  // of this batch, found here
  uint64_t live_bytes_ = 0;
  uint64_t live_objects_ = 0;
  uint64_t next_object_ = 1;
  bool births_lost_ = false;
};

}  // namespace heapreel::reel
