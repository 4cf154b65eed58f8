// The C library's tunables in this process, as the loader took them from GLIBC_TUNABLES and the older variables.
//
// The loader hands them to the C library by number (__tunable_get_val, glibc 2.26 on, GLIBC_PRIVATE); numbers change
// with versions, and only its own table says which name has which. So the table is looked for in the loader's data: a
// row of names at equal distances, whose places are the numbers (sysdeps' dl-tunable-list.h, glibc 2.33 on). Where
// there is no such row, nothing is known.
#pragma once

#include <cstdint>

namespace heapreel::runner {

struct Tunable {
  bool known = false;
  bool was_set = false;  // by a variable; else the C library decides
  uint64_t value = 0;
};

Tunable read_tunable(const char* name);

}  // namespace heapreel::runner
