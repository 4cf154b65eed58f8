// results.json read back (schema heapreel.results/1): for whoever judges, compares or draws what was measured before.
//
// Twin of results_json.cc. Any bytes in, results or an Error that names the field: a figure that is missing, no number,
// or negative where that cannot be is refused, never taken for 0. Fields that are not known are skipped: later
// versions of the schema's first number may add some.
#pragma once

#include <string_view>

#include "replayer/lab/results.h"
#include "trace_format/base/result.h"

namespace heapreel::lab {

inline constexpr size_t kAllocatorsMax = 1000;         // in one results.json
inline constexpr uint64_t kResultsBytesMax = 1 << 30;  // of a file

// One object. `name` is what errors call it: a path, and a line's number if there are several.
base::Result<Results> read_results(std::string_view json, const std::string& name);

struct ResultsFile {
  std::vector<std::string> lines{};  // the objects as they stand there
  std::vector<Results> results{};    // one each
};

// One object a line, as `replay --json` writes them; a single object may take several lines, and the final of a tuning
// (schema heapreel.tune/1) is read for its results.
base::Result<ResultsFile> read_results_file(const std::string& path);

}  // namespace heapreel::lab
