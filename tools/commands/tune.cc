// `heapreel tune`: what was asked for, and what is written of what came of it.
#include "tools/commands/tune.h"

#include <fmt/format.h>

#include "tools/cli/check_arguments.h"
#include "tools/cli/output.h"
#include "tools/cli/tell.h"
#include "tools/commands/replay_options.h"
#include "tools/commands/table.h"
#include "tools/commands/tuning.h"

namespace heapreel::commands {
namespace {

constexpr uint64_t kBudgetLimit = 1'000'000;
constexpr uint64_t kRoundsOfQuickFinal = 3;

base::Result<TuneRequest> request_of(const cli::Arguments& arguments) {
  auto replay = experiment_options(arguments);
  if (!replay) return base::fail(replay.error());
  TuneRequest asked{.path = arguments.positional("FILE"), .replay = std::move(*replay)};
  const std::string objective = *arguments.get("for");
  asked.search.objective = objective == "speed"    ? tune::Objective::kSpeed
                           : objective == "memory" ? tune::Objective::kMemory
                                                   : tune::Objective::kBoth;
  asked.search.quick = asked.replay.quick;
  const uint64_t usual = asked.search.quick ? tune::kBudgetQuick : tune::kBudgetUsual;
  asked.search.budget = arguments.get_number("budget").value_or(usual);
  if (asked.search.budget == 0 || asked.search.budget > kBudgetLimit)
    return base::fail(cli::usage_error(arguments.command(),
                                       fmt::format("bad value '{}' for '--budget'", *arguments.get("budget")),
                                       "expected 1 to 1000000"));
  asked.memory = *arguments.get("memory") == "mean" ? tune::MemoryFigure::kMean : tune::MemoryFigure::kPeak;
  asked.time_limit_s = asked.replay.time_limit_s;
  if (asked.replay.quick && asked.replay.rounds == 0) asked.replay.rounds = kRoundsOfQuickFinal;
  asked.replay.quick = false;  // which would cut the reel, and settings show in all of it
  return asked;
}

int status_of(const tune::Tuned& tuned) {
  if (tuned.results.any_failed()) return cli::kExitFailed;
  return tuned.no_recommendation.empty() ? cli::kExitOk : cli::kExitCheckFailed;
}

}  // namespace

base::Result<int> run_tune(const cli::Arguments& arguments) {
  auto asked = request_of(arguments);
  if (!asked) return base::fail(asked.error());
  auto allocators = chosen_allocators(arguments);
  if (!allocators) return base::fail(allocators.error());
  const std::string output = arguments.get("json").value_or("");
  std::optional<base::OutputFile> file;
  if (!output.empty() && output != "-") {
    auto created = base::OutputFile::create(output, arguments.has("force"));
    if (!created) return base::fail(created.error());
    file.emplace(std::move(*created));
  }
  const auto reel = open_for_replay(asked->path, asked->replay, !arguments.has("no-cache"));
  if (!reel) return base::fail(reel.error());
  for (const std::string& warning : reel->warnings) cli::tell("heapreel: warning: {}\n", warning);
  const auto tuned = make_tuning(*asked, *reel, *allocators);
  if (!tuned) return base::fail(tuned.error());
  if (output != "-") cli::standard_output().write(tune_text(*tuned));
  if (output == "-") cli::standard_output().write(tune_json(*tuned));
  if (file) {
    const std::string json = tune_json(*tuned);
    HEAPREEL_TRY(file->write(base::as_bytes(json.data(), json.size())));
    HEAPREEL_TRY(file->commit());
  }
  return status_of(*tuned);
}

}  // namespace heapreel::commands
