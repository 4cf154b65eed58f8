// The function of replay_run.h.
#include "tools/commands/replay_run.h"

#include <fmt/format.h>

#include "tools/cli/tell.h"
#include "tools/cli/version.h"
#include "tools/commands/pass_line.h"
#include "tools/commands/reel_session.h"
#include "tools/commands/replay_reel.h"
#include "tools/commands/replay_self_check.h"
#include "tools/commands/result_outputs.h"
#include "trace_format/summary/portray.h"

namespace heapreel::commands {
namespace {

base::Result<ReplayReel> open_reel(const std::string& path, const ReplayTask& task) {
  auto reel = open_for_replay(path, task.options, task.use_cache);
  if (reel)
    for (const std::string& warning : reel->warnings) cli::tell("heapreel: warning: {}\n", warning);
  return reel;
}

base::Status add_workload(const std::string& path, lab::Results& results) {
  const auto session = open_session(path);
  if (!session) return base::fail(session.error());
  auto portrait = reel::portray(session->file, session->metadata, *session->pool);
  if (!portrait) return base::fail(portrait.error());
  results.workload = std::move(*portrait);
  return {};
}

predict::LoadFigures load_of(const ReplayReel& reel) {
  const plan::PlanFile& plan = reel.planned.plan;
  return predict::load_figures(plan.header(), plan.checkpoints());
}

base::Result<Loads> loads_of(const ReplayReel& first, const ReplayTask& task) {
  Loads loads{.first = load_of(first)};
  if (task.again.empty()) return loads;
  const auto again = open_reel(task.again, task);
  if (!again) return base::fail(again.error());
  loads.again = load_of(*again);
  return loads;
}

}  // namespace

base::Result<lab::Results> replay_reel(const ReplayTask& task) {
  const auto reel = open_reel(task.path, task);
  if (!reel) return base::fail(reel.error());
  const auto loads = loads_of(*reel, task);
  if (!loads) return base::fail(loads.error());
  PassLine line;
  lab::Experiment experiment{.plan = lab::plan_ref(reel->planned.plan),
                             .reel = reel->facts,
                             .allocators = task.allocators,
                             .options = task.options};
  experiment.hooks.on_progress = [&line](const std::string& pass, uint64_t done, uint64_t of) {
    line.show(pass, done, of);
  };
  predict::Collector collector(experiment.plan);
  experiment.hooks.on_run = [&collector](measure::Pass pass, const lab::AllocatorChoice& allocator,
                                         const lab::RunOutcome& outcome) { collector.add(pass, allocator, outcome); };
  auto results = lab::run_experiment(experiment);
  if (!results) return results;
  results->producer_version = cli::kVersion;
  results->command = own_words();
  results->made_at = now_text();
  HEAPREEL_TRY(add_self_check(task.path, reel->metadata, collector, *loads, *results));
  if (task.portray) HEAPREEL_TRY(add_workload(task.path, *results));
  return results;
}

}  // namespace heapreel::commands
