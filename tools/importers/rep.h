// Traces of the malloc lab (CS:APP's mdriver, and courses that follow it): .rep files.
//
//   20000        first version: a heap size;        second: a weight
//   3            how many blocks have a number
//   6            how many calls follow
//   1            first version: a weight;           second: the most bytes alive at once
//   a 0 512      allocates block 0
//   r 0 640      reallocates it: the number stays
//   f 0          frees it; -1 is null
//
// Both versions are read alike. Deliberately absent, since the format has none: threads, times, alignments.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& rep_format();

}  // namespace heapreel::importers
