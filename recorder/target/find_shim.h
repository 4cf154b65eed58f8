// Where the library is that heapreel brings into the program it records.
//
// HEAPREEL_SHIM names it, if set; else it stands beside the binary that runs, in ../lib/heapreel or ../lib. What is
// found is checked: a library of our own machine that defines malloc. That it loads and speaks is not checked here.
#pragma once

#include <string>

#include "trace_format/base/result.h"

namespace heapreel::target {

constexpr std::string_view kShimVariable = "HEAPREEL_SHIM";
constexpr std::string_view kShimName = "libheapreel.so";

// Its absolute path, without symbolic links, or an Error that says where it was looked for and how to go on.
base::Result<std::string> find_shim();

}  // namespace heapreel::target
