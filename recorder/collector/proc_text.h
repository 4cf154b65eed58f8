// What the kernel tells of a process, as text.
#pragma once

#include <string>

namespace heapreel::collector {

// The whole file, or as much of it as there was before the process went: it can go in the middle of a read, which a
// stream would answer with an exception.
std::string read_proc(const std::string& path);

}  // namespace heapreel::collector
