// A comparison for people, for a pull request, and for programs (schema heapreel.compare/1).
#pragma once

#include <string>
#include <vector>

#include "tools/compare/condition.h"

namespace heapreel::compare {

std::string comparison_text(const Comparison& comparison, const std::vector<Finding>& findings, size_t width,
                            bool utf8);
std::string comparison_markdown(const Comparison& comparison, const std::vector<Condition>& conditions,
                                const std::vector<Finding>& findings);
std::string comparison_json(const Comparison& comparison, const std::vector<Condition>& conditions,
                            const std::vector<Finding>& findings);

}  // namespace heapreel::compare
