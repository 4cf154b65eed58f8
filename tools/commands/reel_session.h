// An open reel with all that a command needs to read it: file, metadata, clock and threads to decode on.
#pragma once

#include <memory>
#include <string>

#include "trace_format/base/ticks.h"
#include "trace_format/base/worker_pool.h"
#include "trace_format/resolve/event_stream.h"
#include "trace_format/store/metadata.h"

namespace heapreel::commands {

struct ReelSession {
  reel::ReelFile file;
  reel::ReelMetadata metadata;
  uint64_t ticks_per_second = 1'000'000'000;
  std::unique_ptr<base::WorkerPool> pool;

  uint64_t to_ns(uint64_t ticks) const { return base::ticks_to_ns(ticks, ticks_per_second); }
  uint64_t to_ticks(uint64_t ns) const { return base::ns_to_ticks(ns, ticks_per_second); }
  bool captured() const;
  // "capture", "packed", or "empty" of a reel without events.
  std::string_view form() const;
};

// `jobs` 0: one thread per processor.
base::Result<ReelSession> open_session(const std::string& path, unsigned jobs = 0);

}  // namespace heapreel::commands
