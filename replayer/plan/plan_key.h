// The name under which a reel's plan is kept: the same for two reels exactly if their plans are the same.
#pragma once

#include <string>

#include "trace_format/store/metadata.h"

namespace heapreel::plan {

// By the reel's content id where it states one and the file is whole; else by the bytes of the file.
base::Result<std::string> plan_key(const reel::ReelFile& file, const reel::ReelMetadata& metadata, bool strict);

}  // namespace heapreel::plan
