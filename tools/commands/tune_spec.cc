// What `heapreel tune` takes.
#include <vector>

#include "tools/commands/replay_options.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

// Those of replay, but passes have their own pace here.
std::vector<cli::FlagSpec> flags_of_replay() {
  std::vector<cli::FlagSpec> all = replay_flags();
  std::erase_if(all, [](const cli::FlagSpec& flag) { return flag.name == "pace"; });
  for (cli::FlagSpec& flag : all) {
    if (flag.name == "set") flag.help = "a variable that stays as it is for one allocator; without NAME: for all";
    if (flag.name == "rounds")
      flag.help = "rounds of the final experiment; otherwise 10 to 40, until intervals are 1 %";
    if (flag.name == "time-limit") flag.help = "for search and final together: less is tried, and in fewer rounds";
    if (flag.name == "quick") flag.help = "one value of each knob, one round a rung, three in the final";
    if (flag.name == "seed") flag.help = "of the order within rounds and of the intervals; drawn otherwise";
  }
  return all;
}

std::vector<cli::FlagSpec> flags() {
  std::vector<cli::FlagSpec> all = {
      {.name = "for",
       .kind = cli::ValueKind::kChoice,
       .value_name = "WHAT",
       .help = "what a setting is to be good for",
       .choices = {{"speed", "time per call"}, {"memory", "resident memory"}, {"both", "neither at the other's cost"}},
       .default_value = "both",
       .group = "Search"},
      {.name = "memory",
       .kind = cli::ValueKind::kChoice,
       .value_name = "FIGURE",
       .help = "which resident memory counts",
       .choices = {{"peak", "the most"}, {"mean", "over recorded time"}},
       .default_value = "peak",
       .group = "Search"},
      {.name = "budget",
       .kind = cli::ValueKind::kCount,
       .value_name = "N",
       .help = "measure candidates so many times in the search, each with two replays; "
               "otherwise 300, or 60 with --quick",
       .group = "Search"}};
  for (cli::FlagSpec& flag : flags_of_replay()) all.push_back(std::move(flag));
  all.push_back({.name = "json",
                 .kind = cli::ValueKind::kFile,
                 .value_name = "OUT",
                 .help = "write the search and the final to a file, or to standard output for '-' (schema "
                         "heapreel.tune/1)",
                 .group = "Output"});
  all.push_back({.name = "force", .help = "overwrite an existing output", .needs = "json", .group = "Output"});
  return all;
}

}  // namespace

const cli::CommandSpec& tune_spec() {
  static const cli::CommandSpec spec{
      .name = "tune",
      .group = "Replay",
      .summary = "find the allocator settings that a program should run with",
      .description =
          "Tries the settings that matter, each alone and then the good ones together, by successive halving: many get "
          "few replays, the better half gets more. The best and all defaults then meet in an experiment like replay's. "
          "A setting that the running allocator does not itself name as active is dropped.\n\n"
          "Recommended is only what can be claimed: against the program's allocator, and against the same allocator "
          "without the setting. For each choice the lines to start the program with are printed.",
      .positionals = {{.name = "FILE", .help = "a reel of the program"}},
      .flags = flags(),
      .examples = {{"heapreel tune app.reel", "What should it run with?"},
                   {"heapreel tune --for memory --memory mean --time-limit 10m app.reel",
                    "Least memory, in ten minutes."},
                   {"heapreel tune --allocators glibc app.reel", "No other allocator: tunables only."},
                   {"heapreel tune --set jemalloc:MALLOC_CONF=thp:never app.reel", "With a setting that must stay."}},
      .failed_check = "the replay did not keep to the record: nothing is recommended",
      .run = run_tune};
  return spec;
}

}  // namespace heapreel::commands
