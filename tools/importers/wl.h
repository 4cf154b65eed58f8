// Workloads of glibc's malloc tracing (trace2wl makes them, trace_run plays them; branch dj/malloc, and
// glibc-malloc-trace-utils): .wl files.
//
//   a main stream    8 pointers | 9 syncs | 10 threads | per thread: 11 its offset in the file | 1
//   a stream each    2 malloc block size | 3 calloc block size | 4 realloc new old size | 5 free block |
//                    6 release sync | 7 acquire sync | 12 memalign block alignment size | 13 valloc block size |
//                    14 pvalloc block size | 15 posix_memalign, as 12 | 0 nothing | 1 the end
//
// An opcode is a byte, a number 7 bits a byte, the most significant first, with the top bit on all but the last. A
// thread that acquires a sync waits for the one that releases it. Block 0 is null.
//
// The format has no total order, only these waits. One that they allow is made: of the threads that can go on, it is
// the turn of the one that has come least far, as a share of its stream. Deliberately absent: compressed files, since
// the streams are read side by side.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& wl_format();

}  // namespace heapreel::importers
