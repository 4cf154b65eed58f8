// heaptrack's raw file, of `heaptrack --raw`: lines of one letter and hexadecimal numbers, plain, .gz or .zst.
//
//   v version format   comes first; formats 1 to 3 are known
//   + size trace address
//   - address
//   c milliseconds     since the start, every 10 ms: the only clock there is
//   A                  heaptrack was attached to a running process
//   t m x X I S R      stacks, modules, command, machine, suppressions, RSS: not needed here
//
// Source: heaptrack 1.4, src/track/libheaptrack.cpp. A realloc is a free and an allocation there, and calls that failed
// are absent. The file that heaptrack writes without --raw has been interpreted: its blocks have lost their addresses,
// and it cannot be imported.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& heaptrack_format();

}  // namespace heapreel::importers
