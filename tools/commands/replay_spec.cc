// What `heapreel replay` takes.
#include "tools/commands/replay_options.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

std::vector<cli::FlagSpec> flags() {
  std::vector<cli::FlagSpec> all = replay_flags();
  all.push_back({.name = "json",
                 .kind = cli::ValueKind::kFile,
                 .value_name = "OUT",
                 .help = "write everything that was measured to a file, or to standard output for '-': one JSON object "
                         "a line and reel (schema heapreel.results/1)",
                 .group = "Output"});
  all.push_back({.name = "force", .help = "overwrite an existing output", .needs = "json", .group = "Output"});
  return all;
}

}  // namespace

const cli::CommandSpec& replay_spec() {
  static const cli::CommandSpec spec{
      .name = "replay",
      .group = "Replay",
      .summary = "replay reels against allocators and compare them",
      .description =
          "Replays each reel, with its threads and its frees across threads, against each allocator in turn: every run "
          "in a process of its own, in shuffled rounds. Shown are time, waits, latency and memory of each, how surely "
          "they differ, and whether the replay kept to the record (docs/methodology.md says how).\n\n"
          "An allocator that crashes, hangs or returns bad memory is reported as such, and the others go on.",
      .positionals = {{.name = "FILE", .help = "a reel; several are replayed one after the other", .repeatable = true}},
      .flags = flags(),
      .examples = {{"heapreel replay app.reel", "Against all allocators that are installed."},
                   {"heapreel replay --quick app.reel", "A first impression."},
                   {"heapreel replay --allocators glibc,mine=./libmine.so app.reel", "A library of my own."},
                   {"heapreel replay --set jemalloc:MALLOC_CONF=dirty_decay_ms:0 app.reel", "With a setting."}},
      .failed_check = "the replay did not keep to the record",
      .run = run_replay};
  return spec;
}

}  // namespace heapreel::commands
