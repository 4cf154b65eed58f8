// Names as people write them.
//
// C++ names and Rust's older ones (which are C++ names with a hash at the end; it is taken off) are demangled. Anything
// else, also Rust's v0 names, comes back as it was.
#pragma once

#include <string>

namespace heapreel::symbols {

std::string demangle(const char* name);

}  // namespace heapreel::symbols
