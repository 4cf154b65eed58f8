// What becomes of reels whose collector died: everything that reached the file is made a whole reel, with the reason in
// it, under the name it was meant to have.
#pragma once

#include <string>

#include "trace_format/base/result.h"

namespace heapreel::collector {

// Mends the part files that process `collector` left in the folder of `output` (of the working directory if empty).
// Returns how many reels came of it.
uint32_t mend_unfinished(const std::string& output, int collector, const std::string& why, bool overwrite);

}  // namespace heapreel::collector
