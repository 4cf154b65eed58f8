// `heapreel replay`: reels to plans, plans to experiments, experiments to tables and results.json.
#include <fmt/format.h>

#include "replayer/lab/experiment.h"
#include "tools/cli/output.h"
#include "tools/commands/replay_options.h"
#include "tools/commands/replay_run.h"
#include "tools/commands/replay_text.h"
#include "tools/commands/result_outputs.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

int status_of(const lab::Results& results) {
  if (results.any_failed()) return cli::kExitFailed;
  return results.gates_hold() ? cli::kExitOk : cli::kExitCheckFailed;
}

// The worst of several reels: an allocator that failed weighs more than a replay that strayed.
int worse_of(int a, int b) {
  if (a == cli::kExitFailed || b == cli::kExitFailed) return cli::kExitFailed;
  return std::max(a, b);
}

}  // namespace

base::Result<int> run_replay(const cli::Arguments& arguments) {
  const auto allocators = chosen_allocators(arguments);
  if (!allocators) return base::fail(allocators.error());
  if (const auto options = experiment_options(arguments); !options) return base::fail(options.error());
  auto outputs = ResultOutputs::open(arguments);
  if (!outputs) return base::fail(outputs.error());
  int status = cli::kExitOk;
  for (const std::string& path : arguments.positionals("FILE")) {
    const auto options = experiment_options(arguments);
    if (!options) return base::fail(options.error());
    const auto results = replay_reel(
        {.path = path, .options = *options, .allocators = *allocators, .use_cache = !arguments.has("no-cache")});
    if (!results) return base::fail(results.error());
    status = worse_of(status, status_of(*results));
    HEAPREEL_TRY(outputs->add(*results));
    if (!outputs->takes_standard_output())
      cli::standard_output().write(replay_text(*results, {.details = arguments.has("details")}));
  }
  HEAPREEL_TRY(outputs->finish());
  return status;
}

}  // namespace heapreel::commands
