// Figures as sentences have them.
#pragma once

#include <string>
#include <vector>

namespace heapreel::advice {

std::string bytes(double value);                            // "12.5 MiB"
std::string percent(double share);                          // "13 %", "0.4 %"
std::string count(double value);                            // "1.2 M"
std::string seconds(double value);                          // "1.50 s"
std::string listed(const std::vector<std::string>& names);  // "a, b and c"

}  // namespace heapreel::advice
