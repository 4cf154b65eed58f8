// The identity of a reel's content: a SHA-256 over its logical events in replay order, without times and addresses.
//
// It is the same for the same events whatever the form, the compression, the block size or the precision of the times.
// docs/reel-format.md gives the canonical bytes.
#pragma once

#include "trace_format/base/hash.h"
#include "trace_format/resolve/event_stream.h"

namespace heapreel::reel {

class ContentId {
 public:
  void add(const EventBatch& batch);
  base::Sha256::Digest finish() { return hash_.finish(); }

 private:
  base::Sha256 hash_;
  base::Buffer bytes_;
  uint32_t thread_ = 0;
};

}  // namespace heapreel::reel
