// Files of results: one object a line, one object over several lines, or the final of a tuning.
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replayer/lab/json_reading.h"
#include "replayer/lab/results_read.h"
#include "trace_format/base/file.h"

namespace heapreel::lab {
namespace {

// A whole file that is one object; results stand in a tuning, too (schema heapreel.tune/1).
std::string one_object(const Json& json) {
  const auto schema = json.is_object() ? json.find("schema") : json.end();
  const bool tuned = json.is_object() && schema != json.end() && *schema == "heapreel.tune/1";
  return tuned && json.contains("results") ? json["results"].dump() : json.dump();
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

base::Result<ResultsFile> read_results_file(const std::string& path) {
  const auto bytes = base::read_file(path, kResultsBytesMax);
  if (!bytes) return base::fail(bytes.error());
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  ResultsFile file;
  if (const Json json = Json::parse(text, nullptr, false); !json.is_discarded())
    file.lines.push_back(one_object(json));
  else
    file.lines = lines_of(text);
  if (file.lines.empty())
    return base::fail(base::Error{.code = base::ErrorCode::kBadInput,
                                  .what = fmt::format("cannot read {}", path),
                                  .why = "it is empty",
                                  .hint = "results come from `heapreel replay --json FILE APP.reel`"});
  for (size_t i = 0; i < file.lines.size(); ++i) {
    auto results = read_results(file.lines[i], file.lines.size() == 1 ? path : fmt::format("{}, line {}", path, i + 1));
    if (!results) return base::fail(results.error());
    file.results.push_back(std::move(*results));
  }
  return file;
}

}  // namespace heapreel::lab
