// Where the dynamic loader's code lies, to tell its allocations from the program's.
#pragma once

#include <cstdint>

namespace heapreel::shim {

// begin == end when it is not known.
void find_loader(uint64_t& begin, uint64_t& end);

}  // namespace heapreel::shim
