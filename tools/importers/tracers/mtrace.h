// glibc's mtrace text: a line a call, `@ program:(function+0x1f)[0x55d2039742cd] + 0x55d2039752a0 0x18`.
//
//   + address size   a block was born; (nil): the call failed
//   - address        a block is freed
//   < old            a realloc took `old`; the next line has what it gave:
//   > new size
//   ! old size       a realloc of `old` failed
//
// The place before the sign may be missing. Source: glibc 2.36, malloc/mtrace-impl.c. The tracer holds a lock around
// each line, writes an allocation after it was made and a free before.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& mtrace_format();

}  // namespace heapreel::importers
