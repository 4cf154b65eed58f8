// Advice from results: findings with the figures they rest on. Pure: nothing is read but the results.
//
// No finding without evidence in the results, and none where a figure it needs is missing. What a replay measured is
// not used if one of its gates failed, nor set against the portrait if only the reel's first part was replayed. A
// setting is never said to help: the action says how to measure it.
#pragma once

#include "replayer/lab/results.h"
#include "tools/advice/finding.h"

namespace heapreel::advice {

// The gravest first; at most one of each id.
std::vector<Finding> advise(const lab::Results& results);

// For people: `width` columns, 40 or more. Says so if there is nothing to say.
std::string advice_text(const std::vector<Finding>& findings, size_t width, bool utf8);

// An array of objects, as the report page and `heapreel advice --json` have it.
std::string advice_json(const std::vector<Finding>& findings);

}  // namespace heapreel::advice
