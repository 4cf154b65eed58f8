// What `heapreel dump` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& dump_spec() {
  static const cli::CommandSpec spec{
      .name = "dump",
      .group = "Read a reel",
      .summary = "print the events of a reel in replay order",
      .description =
          "Prints one event a line, in the order a replay performs them, with the object each one concerns. "
          "Times count from the start of the recording.",
      .positionals = {{.name = "FILE", .help = "the reel to print"}},
      .flags = {{.name = "format",
                 .kind = cli::ValueKind::kChoice,
                 .value_name = "FORMAT",
                 .help = "how to print an event",
                 .choices = {{"text", "aligned columns, for people"},
                             {"jsonl", "one JSON object a line, for programs"}},
                 .default_value = "text"},
                {.name = "from",
                 .kind = cli::ValueKind::kDuration,
                 .value_name = "TIME",
                 .help = "leave out events before TIME, such as 1.5s, 200ms or 10us; a plain number is nanoseconds"},
                {.name = "to",
                 .kind = cli::ValueKind::kDuration,
                 .value_name = "TIME",
                 .help = "leave out events at or after TIME"},
                {.name = "limit",
                 .kind = cli::ValueKind::kCount,
                 .value_name = "N",
                 .help = "stop after N events, such as 100, 10k or 5M"},
                {.name = "stacks",
                 .help = "show the call stack of each allocation that has one, with functions and lines where their "
                         "files are here"},
                {.name = "debug-files",
                 .kind = cli::ValueKind::kText,
                 .value_name = "FOLDER",
                 .help = "look for debug files in FOLDER/.build-id, too; /usr/lib/debug is always searched",
                 .repeatable = true,
                 .needs = "stacks"}},
      .examples = {{"heapreel dump app.reel --limit 20", "The first events."},
                   {"heapreel dump app.reel --from 1.5s --to 1.6s", "What happened in one tenth of a second."},
                   {"heapreel dump app.reel --format jsonl | jq 'select(.size > 1048576)'", "The large ones."},
                   {"heapreel dump app.reel --stacks --limit 20", "Where the first ones came from."}},
      .run = run_dump};
  return spec;
}

}  // namespace heapreel::commands
