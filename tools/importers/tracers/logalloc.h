// Firefox's logalloc text: `pid tid function(arguments)=result`, a line a call, and what logalloc_munge.py makes of it.
//
// In a munged log `#7` stands where an address was; numbers are used again once their block is gone, and calls that
// failed are left out. The oldest logs have no tid. Source: memory/replace/logalloc in Firefox. An allocation is
// written after it was made and a free before, each under a lock; a realloc is written after it was made, so that
// another thread's call may have the old block before it. Only the first process's calls make the reel.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& logalloc_format();

}  // namespace heapreel::importers
