// `heapreel predict`: what the program would take under other allocators.
#include "tools/commands/predict.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

#include "replayer/lab/find_allocators.h"
#include "replayer/predict/experiment.h"
#include "replayer/predict/prediction_json.h"
#include "tools/cli/check_arguments.h"
#include "tools/cli/output.h"
#include "tools/cli/tell.h"
#include "tools/commands/replay_options.h"
#include "tools/commands/replay_reel.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

base::Result<predict::ExperimentOptions> options_of(const cli::Arguments& arguments) {
  auto asked = experiment_options(arguments);
  if (!asked) return base::fail(asked.error());
  const uint64_t rounds = asked->quick ? predict::kRoundsQuick : predict::kRounds;
  return predict::ExperimentOptions{.rounds = asked->rounds != 0 ? asked->rounds : rounds,
                                    .seed = asked->seed,
                                    .order = asked->order,
                                    .touch = asked->touch,
                                    .watchdog_s = asked->watchdog_s,
                                    .time_limit_s = asked->time_limit_s,
                                    .cpus = asked->cpus};
}

// Those that were asked for, and the recorded one: the self-check needs it.
base::Result<std::vector<lab::AllocatorChoice>> allocators_of(const cli::Arguments& arguments,
                                                              const std::string& recorded) {
  auto allocators = chosen_allocators(arguments);
  if (!allocators) return base::fail(allocators.error());
  const bool there = std::ranges::any_of(*allocators, [&](const auto& choice) { return choice.name == recorded; });
  const bool known =
      std::ranges::any_of(lab::known_allocators(), [&](const auto& one) { return one.name == recorded; });
  if (!there && known)
    if (auto own = lab::find_allocator(recorded)) allocators->push_back(std::move(*own));
  return allocators;
}

base::Result<ReplayReel> open_reel(const std::string& path, const cli::Arguments& arguments) {
  const auto options = experiment_options(arguments);
  if (!options) return base::fail(options.error());
  auto reel = open_for_replay(path, *options, !arguments.has("no-cache"));
  if (reel)
    for (const std::string& warning : reel->warnings) cli::tell("heapreel: warning: {}\n", warning);
  return reel;
}

// Nothing if no second recording was given.
base::Result<std::optional<predict::LoadFigures>> again_of(const cli::Arguments& arguments) {
  const auto path = arguments.get("again");
  if (!path) return std::optional<predict::LoadFigures>{};
  const auto reel = open_reel(*path, arguments);
  if (!reel) return base::fail(reel.error());
  const plan::PlanFile& plan = reel->planned.plan;
  return std::optional(predict::load_figures(plan.header(), plan.checkpoints()));
}

// A line for a person at a terminal; nothing stands there while a replay runs but what stood there before.
void tell_progress(uint64_t done, uint64_t of) {
  if (isatty(STDERR_FILENO) != 0) cli::tell("\rreplaying: {} of {} runs\x1b[K", done + 1, of);
}

base::Status write_json(const std::string& path, bool force, const std::string& text) {
  if (path == "-") {
    cli::standard_output().write(text);
    return {};
  }
  auto file = base::OutputFile::create(path, force);
  if (!file) return base::fail(file.error());
  HEAPREEL_TRY(file->write(base::as_bytes(text.data(), text.size())));
  return file->commit();
}

PredictedReel described(const std::string& path, const ReplayReel& reel, const predict::ProgramRecord& program) {
  const reel::proto::Allocator& allocator = reel.metadata.shared.allocator();
  const plan::PlanHeader& plan = reel.planned.plan.header();
  return {.path = path,
          .allocator = allocator.version().empty() ? allocator.name() : allocator.name() + " " + allocator.version(),
          .threads = plan.threads,
          .ops = plan.ops,
          .reference_runs = program.references.runs};
}

base::Result<predict::Prediction> make_prediction(const cli::Arguments& arguments, const plan::PlanFile& plan,
                                                  const predict::ProgramRecord& program,
                                                  predict::ExperimentOptions options) {
  auto allocators = allocators_of(arguments, program.allocator);
  if (!allocators) return base::fail(allocators.error());
  auto null = lab::built_in("null");
  if (!null) return base::fail(null.error());
  auto again = again_of(arguments);
  if (!again) return base::fail(again.error());
  options.on_progress = tell_progress;
  auto prediction = predict::run_experiment({.plan = lab::plan_ref(plan),
                                             .program = &program,
                                             .allocators = std::move(*allocators),
                                             .null = std::move(*null),
                                             .again = *again,
                                             .events_lost = plan.header().policies.lost_events,
                                             .options = std::move(options)});
  if (isatty(STDERR_FILENO) != 0) cli::tell("\r\x1b[K");
  return prediction;
}

}  // namespace

base::Result<int> run_predict(const cli::Arguments& arguments) {
  const std::string path = arguments.positional("FILE");
  auto options = options_of(arguments);
  if (!options) return base::fail(options.error());
  const auto file = reel::ReelFile::open(path);
  if (!file) return base::fail(file.error());
  const auto reel = open_reel(path, arguments);
  if (!reel) return base::fail(reel.error());
  const auto program = predict::read_program(*file, reel->metadata.shared);
  if (!program) return base::fail(program.error());
  const auto prediction = make_prediction(arguments, reel->planned.plan, *program, std::move(*options));
  if (!prediction) return base::fail(prediction.error());
  const std::string json = arguments.get("json").value_or("");
  if (!json.empty())
    HEAPREEL_TRY(write_json(json, arguments.has("force"), predict::prediction_json(*prediction).dump() + "\n"));
  if (json != "-") cli::standard_output().write(prediction_text(described(path, *reel, *program), *prediction));
  return prediction->self_check.predicts() ? cli::kExitOk : cli::kExitCheckFailed;
}

}  // namespace heapreel::commands
