// `heapreel generate --list`.
#pragma once

#include <string>

#include "trace_format/base/result.h"

namespace heapreel::commands {

// All workloads, a line each; or what one of them does and can be told.
base::Result<int> list_workloads(const std::string& name, bool as_json);

}  // namespace heapreel::commands
