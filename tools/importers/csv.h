// Calls as a table: one a line, the columns named by the first line (csv_columns.h).
//
//   op,size,address,old_address,thread,time_us
//   malloc,24,0x1000,,1,10
//   realloc,48,0x1040,0x1000,1,12.5
//   free,,0x1040,,2,20
//
// Commas, semicolons or tabs between the fields. The order of the lines is the order of the calls. Deliberately absent:
// a text that goes on in the next line.
#pragma once

#include "tools/importers/frame/format_spec.h"

namespace heapreel::importers {

const FormatSpec& csv_format();

}  // namespace heapreel::importers
