// What `heapreel predict` takes.
#include <vector>

#include "tools/commands/replay_options.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

// Those of replay, but passes have their own pace here, and keep to the record.
std::vector<cli::FlagSpec> flags_of_replay() {
  std::vector<cli::FlagSpec> all = replay_flags();
  std::erase_if(all, [](const cli::FlagSpec& flag) { return flag.name == "pace"; });
  for (cli::FlagSpec& flag : all) {
    if (flag.name == "order")
      std::erase_if(flag.choices, [](const cli::Choice& choice) { return choice.name == "deps"; });
    if (flag.name == "rounds") flag.help = "replay each allocator so often in each pass; otherwise 5 times";
    if (flag.name == "time-limit") flag.help = "begin no more rounds after so long";
    if (flag.name == "quick") flag.help = "two rounds: intervals may be too narrow";
    if (flag.name == "seed") flag.help = "of the order within rounds; drawn otherwise";
  }
  return all;
}

std::vector<cli::FlagSpec> flags() {
  std::vector<cli::FlagSpec> all = flags_of_replay();
  all.push_back({.name = "again",
                 .kind = cli::ValueKind::kFile,
                 .value_name = "FILE",
                 .help = "a second recording of the same command: does the load depend on timing?",
                 .group = "Replay"});
  all.push_back({.name = "json",
                 .kind = cli::ValueKind::kFile,
                 .value_name = "OUT",
                 .help = "write the prediction to a file, or to standard output for '-' (schema heapreel.prediction/1)",
                 .group = "Output"});
  all.push_back({.name = "force", .help = "overwrite an existing output", .needs = "json", .group = "Output"});
  return all;
}

}  // namespace

const cli::CommandSpec& predict_spec() {
  static const cli::CommandSpec spec{
      .name = "predict",
      .group = "Replay",
      .summary = "say what the program would take under other allocators",
      .description =
          "Replays the reel under each allocator and adds what is not the allocator's: the program's other memory, as "
          "recorded. The result is peak and mean resident memory and the change of processor time, each as an "
          "interval; allocators whose intervals meet are tied.\n\n"
          "The replay under the recorded allocator must give what the program really took: within 2 % the self-check "
          "is green, within 5 % yellow; beyond that there is no prediction. Programs whose allocations depend on "
          "how fast the allocator is are refused, too: two recordings of the same command, or reference runs, that do "
          "not agree show them.\n\n"
          "Record with --reference 3: unrecorded runs make the time axis and the intervals better.",
      .positionals = {{.name = "FILE", .help = "a reel of the program"}},
      .flags = flags(),
      .examples = {{"heapreel record --reference 3 -o app.reel ./app && heapreel predict app.reel",
                    "Would another allocator do better?"},
                   {"heapreel predict app.reel --again second.reel", "The same, and refused if the two disagree."},
                   {"heapreel predict app.reel --allocators glibc,mine=./libmine.so", "A library of one's own."}},
      .failed_check = "there is no prediction: the self-check is red, or the load was refused",
      .run = run_predict};
  return spec;
}

}  // namespace heapreel::commands
