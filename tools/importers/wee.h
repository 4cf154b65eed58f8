// Traces of wee_alloc's tests: one program's calls, one a line, as a Rust file can include them.
//
//   Alloc(552),
//   Free(0),        of the first Alloc, counted from 0
//
// Deliberately absent, since the format has none: threads, times, reallocs, alignments.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& wee_format();

}  // namespace heapreel::importers
