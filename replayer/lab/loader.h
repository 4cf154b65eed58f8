// The loader's own word on which files a program would be run with (LD_TRACE_LOADED_OBJECTS, ld.so(8)). The program
// itself does not run.
#pragma once

#include <string>
#include <vector>

#include "trace_format/base/result.h"

namespace heapreel::lab {

struct LoadedLibrary {
  std::string name{};  // as the program asks for it
  std::string path{};  // empty if it was not found
};

base::Result<std::vector<LoadedLibrary>> loaded_libraries(const std::string& program);

// Of the loader's answer: a library per line.
std::vector<LoadedLibrary> parse_loaded(const std::string& text);

}  // namespace heapreel::lab
