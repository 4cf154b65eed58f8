// Cells as people read them; the same in every table.
#pragma once

#include "tools/verdict/verdict.h"

namespace heapreel::verdict {

std::string figure(double value, Unit unit);                              // "107 ns", "1.95 MiB", "1.13", "531"
std::string value_text(const Row& row, const Column& column);             // "<=20 ns", "-"
std::string ratio_text(const Row& row, const Column& column, bool utf8);  // "0.62x", "0.97x ~", "" of the reference
const char* unit_name(Unit unit);

}  // namespace heapreel::verdict
