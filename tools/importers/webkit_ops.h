// Recordings of WebKit's MallocBench (.ops): calls on numbered slots, as fixed records of 24 bytes without a header.
//
//   u32 opcode     0 malloc, 1 free, 2 realloc, 3 malloc with an alignment
//   u16 thread     0 is the main thread
//   u16 log2 of the alignment, of opcode 3
//   u64 slot
//   u64 size       of frees: passed over
//
// That is the C++ struct of its Interpreter.h on a little-endian machine of 64 bits, since 2015; files of the first
// version, which had no thread and no alignment, read the same where the padding is zero. Deliberately absent: files of
// machines of 32 bits, and times, which the format has not.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& webkit_ops_format();

}  // namespace heapreel::importers
