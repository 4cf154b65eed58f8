// What `heapreel replay` takes.
#include "tools/commands/replay_options.h"
#include "tools/commands/result_outputs.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

std::vector<cli::FlagSpec> flags() {
  std::vector<cli::FlagSpec> all = replay_flags();
  for (const cli::FlagSpec& flag : result_output_flags()) all.push_back(flag);
  all.push_back(
      {.name = "details", .help = "show every figure and every check in the terminal, too", .group = "Output"});
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
          "in a process of its own, in shuffled rounds. Shown are time, tail latency and memory of each, how surely "
          "they "
          "differ, and what follows: which one to take for speed, for memory, for the tail, or why nothing can be "
          "recommended (docs/methodology.md says how).\n\n"
          "An allocator that crashes, hangs or returns bad memory is reported as such, and the others go on.",
      .positionals = {{.name = "FILE", .help = "a reel; several are replayed one after the other", .repeatable = true}},
      .flags = flags(),
      .examples = {{"heapreel replay app.reel", "Against all allocators that are installed."},
                   {"heapreel replay --quick app.reel", "A first impression."},
                   {"heapreel replay --report app.html app.reel", "With a page for the browser."},
                   {"heapreel replay --allocators glibc,mine=./libmine.so app.reel", "A library of my own."},
                   {"heapreel replay --set jemalloc:MALLOC_CONF=dirty_decay_ms:0 app.reel", "With a setting."}},
      .failed_check = "the replay did not keep to the record",
      .run = run_replay};
  return spec;
}

}  // namespace heapreel::commands
