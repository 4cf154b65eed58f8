// The build-id of an ELF file of our own class, from its notes: which build of an allocator was measured.
#pragma once

#include <string>

namespace heapreel::lab {

// Lower-case hex; empty if the file has none or cannot be read.
std::string build_id_of(const std::string& path);

}  // namespace heapreel::lab
