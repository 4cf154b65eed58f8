// Android's allocation traces: what malloc_debug's record_allocs writes and memory_replay reads.
//
//   186: malloc 0xb6027400 1024
//   186: calloc 0xb6027800 4 16
//   186: realloc 0xb6028000 0xb6027400 2048     new, old, size
//   186: memalign 0xb6029000 64 512             alignment, size
//   187: free 0xb6028000
//   187: thread_done 0x0
//
// Since 2022 each call has two more numbers: when it began and ended, in nanoseconds; a thread_done has its end.
// The order of the lines is the order of the calls. Deliberately absent: the binary traces of the same tools.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& android_format();

}  // namespace heapreel::importers
