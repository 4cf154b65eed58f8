// Reads the live set of a process out of its reel, at one time after the other: each block of the file is decoded about
// once, however often somebody asks. The reel may still be written: what its writer has flushed is found.
#pragma once

#include <string>

#include "recorder/collector/live_merge.h"

namespace heapreel::collector {

class LiveCursor {
 public:
  explicit LiveCursor(uint64_t ticks_per_second) : merge_(ticks_per_second) {}

  // Moves on to a time of the reel, not before time(): takes what the file at `path` says up to it, that moment
  // included. The path may change, the reel must be the same one.
  base::Status advance(const std::string& path, uint64_t time);

  uint64_t time() const { return merge_.time(); }
  const LiveSet& live() const { return merge_.live(); }

 private:
  LiveMerge merge_;
  uint64_t next_sequence_ = 0;  // of the file's blocks
};

}  // namespace heapreel::collector
