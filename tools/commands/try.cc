// `heapreel try`: from a command to a verdict and a page.
#include "tools/commands/try.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "replayer/lab/find_allocators.h"
#include "tools/cli/output.h"
#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"
#include "tools/commands/record.h"
#include "tools/commands/replay_options.h"
#include "tools/commands/replay_run.h"
#include "tools/commands/replay_text.h"
#include "tools/commands/result_outputs.h"
#include "tools/commands/table.h"
#include "tools/report/page.h"
#include "tools/verdict/verdict.h"
#include "trace_format/store/metadata.h"

namespace heapreel::commands {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kReferences = 3;
constexpr uint64_t kRecordings = 2;
constexpr uint64_t kQuickRounds = 3;

base::Result<std::string> make_folder(const cli::Arguments& arguments) {
  const std::string exe = fs::path(arguments.positional("CMD")).filename().string();
  const std::string folder = arguments.get("output").value_or(exe + ".try");
  std::error_code fault;
  if (fs::exists(folder, fault) && !arguments.has("force"))
    return base::fail(base::Error{.code = base::ErrorCode::kExists,
                                  .what = fmt::format("cannot write to {}", folder),
                                  .why = "it exists",
                                  .hint = "--force writes into it, -o names another folder"});
  fs::create_directories(folder, fault);
  if (fault) return base::fail(base::system_error(fmt::format("cannot make {}", folder), fault.value()));
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, fault)) {
    const std::string name = entry.path().filename().string();  // of a try before this one
    if ((name.starts_with("first.") || name.starts_with("second.")) && name.ends_with(".reel"))
      fs::remove(entry.path(), fault);
  }
  return folder;
}

// Those that were asked for, and the one that the program ran under: the self-check needs it.
base::Result<std::vector<lab::AllocatorChoice>> allocators_for(const std::string& reel,
                                                               const cli::Arguments& arguments) {
  auto allocators = chosen_allocators(arguments);
  if (!allocators) return allocators;
  const auto file = reel::ReelFile::open(reel);
  if (!file) return base::fail(file.error());
  const auto metadata = reel::read_metadata(*file);
  if (!metadata) return base::fail(metadata.error());
  const std::string& own = metadata->shared.allocator().name();
  const bool there = std::ranges::any_of(*allocators, [&own](const auto& it) { return it.name == own; });
  const bool known = std::ranges::any_of(lab::known_allocators(), [&own](const auto& it) { return it.name == own; });
  if (!there && known)
    if (auto choice = lab::find_allocator(own)) allocators->push_back(std::move(*choice));
  return allocators;
}

base::Result<lab::ExperimentOptions> options_of(const cli::Arguments& arguments) {
  auto options = experiment_options(arguments);
  if (options && options->quick) {
    options->quick = false;  // a replay that is cut short predicts nothing
    options->rounds = kQuickRounds;
  }
  return options;
}

base::Status write_outputs(const std::string& folder, const lab::Results& results) {
  auto outputs = ResultOutputs::in_folder(folder);
  if (!outputs) return base::fail(outputs.error());
  HEAPREEL_TRY(outputs->add(results));
  return outputs->finish();
}

// From what a call takes, about, in each pass, and from the limit of the timed rounds.
void tell_estimate(uint64_t events, size_t allocators, const lab::ExperimentOptions& options) {
  constexpr double kNsPerCall = 40;
  const double rows = static_cast<double>(allocators);
  const double one_s = static_cast<double>(events) * kNsPerCall / 1e9;
  const double rounds = options.rounds != 0 ? static_cast<double>(options.rounds) : 0;
  const double limit_s =
      options.time_limit_s > 0 ? options.time_limit_s : std::max(60.0, static_cast<double>(events) / 1e7 * 60);
  const double timed_s = rounds > 0 ? std::min(limit_s, rounds * (rows + 2) * one_s) : limit_s;
  const double latency =
      static_cast<double>(options.rounds != 0 ? std::min(options.rounds, lab::kLatencyRounds) : lab::kLatencyRounds);
  const double memory =
      static_cast<double>(options.rounds != 0 ? std::min(options.rounds, lab::kMemoryRounds) : lab::kMemoryRounds);
  const double whole_s = timed_s + one_s * (rows * 2 + latency * (rows + 1) + memory * rows);
  cli::tell("heapreel: replaying {} calls on {} allocators: at most about {}\n", cli::format_count_short(events),
            allocators, cli::format_duration(static_cast<uint64_t>(whole_s * 1e9)));
}

void tell_files(const std::string& folder) {
  if (report::page_available()) cli::tell("heapreel: the page: {}/report.html\n", folder);
  cli::tell("heapreel: the figures: {0}/results.json; shown again by: heapreel report {0}/results.json\n", folder);
}

}  // namespace

base::Result<int> run_try(const cli::Arguments& arguments) {
  if (const auto options = options_of(arguments); !options) return base::fail(options.error());
  if (const auto allocators = chosen_allocators(arguments); !allocators) return base::fail(allocators.error());
  const auto folder = make_folder(arguments);
  if (!folder) return base::fail(folder.error());
  const bool quick = arguments.has("quick");
  TryRuns runs{.command = arguments.positionals("CMD"),
               .folder = *folder,
               .references = quick ? 1 : kReferences,
               .recordings = quick ? 1 : kRecordings};
  for (std::string& word : arguments.positionals("ARGS")) runs.command.push_back(std::move(word));
  const auto reels = make_reels(runs);
  if (!reels) return base::fail(reels.error());
  if (reels->exit_status != 0) cli::tell("heapreel: warning: the command ended with status {}\n", reels->exit_status);
  if (reels->processes > 1)
    cli::tell("heapreel: of {} processes, the one with most calls is replayed: {}\n", reels->processes, reels->first);
  const auto allocators = allocators_for(reels->first, arguments);
  if (!allocators) return base::fail(allocators.error());
  const auto options = options_of(arguments);
  if (reels->events > 0) tell_estimate(reels->events, allocators->size(), *options);
  const auto results = replay_reel(
      {.path = reels->first, .again = reels->again, .options = *options, .allocators = *allocators, .portray = true});
  if (!results) return base::fail(results.error());
  HEAPREEL_TRY(write_outputs(*folder, *results));
  cli::standard_output().write(replay_text(*results, {.details = arguments.has("details")}));
  tell_files(*folder);
  if (results->any_failed()) return cli::kExitFailed;
  return verdict::judge(*results).recommends ? cli::kExitOk : cli::kExitCheckFailed;
}

}  // namespace heapreel::commands
