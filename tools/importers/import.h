// Other tools' traces become reels here: one function per format.
#pragma once

#include <functional>
#include <string>

#include "trace_format/base/result.h"

namespace heapreel::importers {

struct ImportRequest {
  std::string input;
  std::string output;
  bool overwrite = false;
  uint64_t ticks_per_second = 0;  // of the recording's clock; 0: what the format says, or is known to have
  std::function<void(uint64_t events)> on_progress{};
};

struct ImportResult {
  uint64_t events = 0;
  uint64_t bytes = 0;
};

// The recording becomes a capture reel: addresses and every time stamp are kept.
base::Result<ImportResult> import_mlogcol(const ImportRequest& request);

}  // namespace heapreel::importers
