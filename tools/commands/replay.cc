// `heapreel replay`: reels to plans, plans to experiments, experiments to tables and results.json.
#include <fmt/format.h>
#include <unistd.h>

#include "replayer/lab/experiment.h"
#include "tools/cli/output.h"
#include "tools/cli/version.h"
#include "tools/commands/reel_session.h"
#include "tools/commands/replay_options.h"
#include "tools/commands/replay_reel.h"
#include "tools/commands/replay_self_check.h"
#include "tools/commands/replay_text.h"
#include "tools/commands/table.h"
#include "trace_format/summary/portray.h"

namespace heapreel::commands {
namespace {

// One line for a person at a terminal, written between runs only.
class PassLine {
 public:
  ~PassLine() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }
  void show(const std::string& pass, uint64_t done, uint64_t of) {
    if (!wanted_) return;
    shown_ = true;
    fmt::print(stderr, "\r\033[K{}: {} of {}", pass, done, of);
    std::fflush(stderr);
  }

 private:
  bool wanted_ = ::isatty(STDERR_FILENO) == 1;
  bool shown_ = false;
};

// What the results say of the workload itself.
base::Status add_workload(const std::string& path, lab::Results& results) {
  const auto session = open_session(path);
  if (!session) return base::fail(session.error());
  auto portrait = reel::portray(session->file, session->metadata, *session->pool);
  if (!portrait) return base::fail(portrait.error());
  results.workload = std::move(*portrait);
  return {};
}

base::Result<lab::Results> replay_one(const std::string& path, const cli::Arguments& arguments,
                                      const std::vector<lab::AllocatorChoice>& allocators) {
  const auto options = experiment_options(arguments);
  if (!options) return base::fail(options.error());
  const auto reel = open_for_replay(path, *options, !arguments.has("no-cache"));
  if (!reel) return base::fail(reel.error());
  for (const std::string& warning : reel->warnings) fmt::print(stderr, "heapreel: warning: {}\n", warning);
  PassLine line;
  lab::Experiment experiment{
      .plan = lab::plan_ref(reel->planned.plan), .reel = reel->facts, .allocators = allocators, .options = *options};
  experiment.hooks.on_progress = [&line](const std::string& pass, uint64_t done, uint64_t of) {
    line.show(pass, done, of);
  };
  predict::Collector collector(experiment.plan);
  experiment.hooks.on_run = [&collector](measure::Pass pass, const lab::AllocatorChoice& allocator,
                                         const lab::RunOutcome& outcome) { collector.add(pass, allocator, outcome); };
  auto results = lab::run_experiment(experiment);
  if (!results) return results;
  results->producer_version = cli::kVersion;
  HEAPREEL_TRY(add_self_check(path, reel->metadata, collector, *results));
  if (arguments.has("json")) HEAPREEL_TRY(add_workload(path, *results));
  return results;
}

base::Status write_line(std::optional<base::OutputFile>& file, const std::string& json) {
  if (file) return file->write(base::as_bytes(json.data(), json.size()));
  cli::standard_output().write(json);
  return {};
}

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
  const std::string output = arguments.get("json").value_or("");
  std::optional<base::OutputFile> file;
  if (!output.empty() && output != "-") {
    auto created = base::OutputFile::create(output, arguments.has("force"));
    if (!created) return base::fail(created.error());
    file.emplace(std::move(*created));
  }
  int status = cli::kExitOk;
  for (const std::string& path : arguments.positionals("FILE")) {
    const auto results = replay_one(path, arguments, *allocators);
    if (!results) return base::fail(results.error());
    status = worse_of(status, status_of(*results));
    if (!output.empty()) HEAPREEL_TRY(write_line(file, lab::results_json(*results)));
    if (output != "-") cli::standard_output().write(replay_text(*results));
  }
  if (file) HEAPREEL_TRY(file->commit());
  return status;
}

}  // namespace heapreel::commands
