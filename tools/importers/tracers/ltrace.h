// ltrace's text, and text of strace's shape that names functions: `[pid 7] 12:00:00.5 program->malloc(24) = 0x5580`.
//
// Before the call may stand a process (`7` or `[pid 7]`), a time (-t, -tt, -ttt, -r), an instruction pointer (-i); with
// -T the call's duration follows. Where other threads came between, `malloc(24 <unfinished ...>` is followed later by
// `<... malloc resumed> ) = 0x5580`. A line's time is that of its beginning.
//
// What ltrace 0.7.3 does shapes this reader: a function of which it has no prototype is printed with four arguments, be
// they there or not; and calls that the C library makes within itself come under wrong names, so that lines with
// `libc.so.6->` are not told. strace sees system calls only, which are the allocator's and not the program's: refused.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& ltrace_format();

}  // namespace heapreel::importers
