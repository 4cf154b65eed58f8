// `heapreel report`: results.json to terminal, page, table.
#include "replayer/lab/results_read.h"
#include "tools/cli/output.h"
#include "tools/commands/replay_text.h"
#include "tools/commands/result_outputs.h"
#include "tools/commands/table.h"
#include "tools/compare/history.h"

namespace heapreel::commands {
namespace {

// Only what was asked for: without any output, the terminal.
bool goes_elsewhere(const cli::Arguments& arguments) {
  return arguments.has("output") || arguments.has("csv") || arguments.has("markdown");
}

}  // namespace

base::Result<int> run_report(const cli::Arguments& arguments) {
  std::vector<lab::ResultsFile> files;
  for (const std::string& path : arguments.positionals("RESULTS")) {
    auto file = lab::read_results_file(path);
    if (!file) return base::fail(file.error());
    files.push_back(std::move(*file));
  }
  auto outputs = ResultOutputs::open(arguments, "output");
  if (!outputs) return base::fail(outputs.error());
  for (const lab::ResultsFile& file : files)
    for (size_t i = 0; i < file.results.size(); ++i) {
      HEAPREEL_TRY(outputs->add(file.results[i], file.lines[i]));
      if (!goes_elsewhere(arguments)) cli::standard_output().write(replay_text(file.results[i], {}));
    }
  std::string trend;
  if (const auto folder = arguments.get("history")) {
    const auto history = compare::History::open(*folder);
    if (!history) return base::fail(history.error());
    auto text = history->trend_json();
    if (!text) return base::fail(text.error());
    trend = std::move(*text);
  }
  HEAPREEL_TRY(outputs->finish(trend));
  return cli::kExitOk;
}

}  // namespace heapreel::commands
