// `heapreel generate --like`: a statistical clone of a reel, and the judgement whether it may be called one.
#pragma once

#include "tools/cli/arguments.h"

namespace heapreel::commands {

// The value is the exit status: kExitCheckFailed for a model that is no clone.
base::Result<int> generate_like(const cli::Arguments& arguments);

}  // namespace heapreel::commands
