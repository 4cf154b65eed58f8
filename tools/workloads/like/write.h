// From a reel to a reel: the one pass that makes the model, and the file that a clone becomes.
//
// A clone is written before it is judged, and sealed after: the word that it may carry stands in its own metadata. Of
// the original's metadata it has the architecture and the page size, which sizes depend on, and nothing else: not even
// its content id, by which whoever has the original could tell that this is its clone.
#pragma once

#include <functional>

#include "tools/workloads/like/clone.h"
#include "tools/workloads/like/portrait.h"
#include "trace_format/pack/pack.h"
#include "trace_format/store/metadata.h"

namespace heapreel::like {

struct Original {
  Model model;
  Portrait portrait;
  std::string architecture{};
  uint32_t page_bytes = 0;
  uint64_t events_lost = 0;  // in blocks that could not be read
};

using OnProgress = std::function<void(uint64_t events)>;

base::Result<Original> study(const reel::ReelFile& file, base::WorkerPool& pool, const OnProgress& on_progress = {});

struct Written {
  Portrait portrait;
  uint64_t events = 0;
  uint64_t duration_ns = 0;
  uint32_t threads = 0;
  base::Sha256::Digest content_id{};
};

// All of the reel but what seal() adds. The writer's file can be replayed from here on.
base::Result<Written> write_events(const Original& original, const CloneOptions& options, reel::ReelWriter& writer,
                                   base::WorkerPool& pool, const OnProgress& on_progress = {});

// Says what it is, and gives the file its name.
base::Status seal(reel::ReelWriter& writer, bool is_clone);

}  // namespace heapreel::like
