// What `perf script` prints of uprobes and uretprobes on the functions that allocate:
//
//   toy  9958 [001] 56914.365785:         probe_libc:malloc: (7fc2ad46e930) size=24
//   toy  9958 [001] 56914.365847: probe_libc:malloc__return: (7fc2ad46e930 <- 55895a27e2cd) ptr=0x5589688632a0
//
// A probe's name is the function's, with or without underscores and __libc_ before it and _1 or __return behind it; its
// values stand in the order of the function's arguments, under any names. What has `<-` is a return. Call stacks below
// a line are passed over. perf script sorts by time.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& perf_format();

}  // namespace heapreel::importers
