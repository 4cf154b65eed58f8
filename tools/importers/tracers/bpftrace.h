// What our bpftrace script prints (scripts/malloc.bt): a line a call, `malloc 9985 9986 56917171075709 24
// 0x558e2d4952a0`.
//
// The function's name, pid, tid, nanoseconds, the arguments in the function's order without the place of
// posix_memalign's result, and of an allocation the block that it gave, 0 if it failed. The script pairs beginnings and
// returns, and leaves out calls within calls. bpftrace writes each processor's lines in bunches: the reader sorts them.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& bpftrace_format();

}  // namespace heapreel::importers
