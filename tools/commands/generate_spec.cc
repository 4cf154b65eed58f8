// What `heapreel generate` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& generate_spec() {
  static const cli::CommandSpec spec{
      .name = "generate",
      .group = "Make a reel",
      .summary = "make a reel by simulating a program",
      .description =
          "Simulates a program of a known kind (a web server, a key-value store, ...) and writes what it asks of its "
          "allocator as a packed reel: threads, times and frees on other threads included. The same request gives the "
          "same events on every machine.\n\n"
          "A generated reel is a clean experiment, not a real program: to learn what suits a program of yours, record "
          "it.",
      .positionals = {{.name = "WORKLOAD",
                       .kind = cli::ValueKind::kText,
                       .help = "what to simulate; 'heapreel generate --list' names them",
                       .required = false}},
      .flags = {{.name = "list", .help = "list the workloads; with WORKLOAD, tell what it does and its parameters"},
                {.name = "output",
                 .letter = 'o',
                 .kind = cli::ValueKind::kFile,
                 .value_name = "FILE",
                 .help = "where the reel goes"},
                {.name = "force", .help = "overwrite an existing output"},
                {.name = "events",
                 .kind = cli::ValueKind::kCount,
                 .value_name = "N",
                 .help = "stop after so many events; without it, as many as the workload needs to show itself",
                 .group = "Size"},
                {.name = "duration",
                 .kind = cli::ValueKind::kDuration,
                 .value_name = "TIME",
                 .help = "stop after so much simulated time",
                 .group = "Size"},
                {.name = "threads",
                 .kind = cli::ValueKind::kCount,
                 .value_name = "N",
                 .help = "threads in all; without it, the workload's own number",
                 .group = "Size"},
                {.name = "scale",
                 .kind = cli::ValueKind::kText,
                 .value_name = "X",
                 .help = "multiply what is alive at once (connections, keys, documents) by X",
                 .default_value = "1",
                 .group = "Size"},
                {.name = "seed",
                 .kind = cli::ValueKind::kCount,
                 .value_name = "N",
                 .help = "another seed, another course of chances",
                 .default_value = "1"},
                {.name = "parameter",
                 .letter = 'p',
                 .kind = cli::ValueKind::kText,
                 .value_name = "NAME=VALUE",
                 .help = "set one of the workload's own parameters",
                 .repeatable = true},
                {.name = "like",
                 .kind = cli::ValueKind::kFile,
                 .value_name = "FILE",
                 .help =
                     "draw the events from a model of this reel instead of a WORKLOAD, and say how like it they are",
                 .group = "Clone"},
                {.name = "no-replay",
                 .help = "with --like: do not check by replays that allocators rank as with the original",
                 .needs = "like",
                 .group = "Clone"},
                {.name = "json", .help = "with --list or --like, as JSON"}},
      .examples = {{"heapreel generate --list", "What there is."},
                   {"heapreel generate --list kv-store", "What it does, where its figures come from, its parameters."},
                   {"heapreel generate kv-store -p keys=1M --events 50M -o kv.reel",
                    "A million keys, fifty million events."},
                   {"heapreel generate --like app.reel -o like_app.reel",
                    "Statistics of app.reel without any sequence of it; docs/clones.md says what that is worth."}},
      .failed_check = "what --like made is not like its original; the reel is there, and is called a model",
      .run = run_generate};
  return spec;
}

}  // namespace heapreel::commands
