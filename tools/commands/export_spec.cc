// What `heapreel export` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& export_spec() {
  static const cli::CommandSpec spec{
      .name = "export",
      .group = "Read a reel",
      .summary = "write what a reel holds as a table for other programs",
      .description =
          "Writes a table of a reel, one row a line under a line of column names. 'heapreel import --from csv' makes a "
          "reel of the exported events again, with the same content id.",
      .positionals = {{.name = "FILE", .help = "the reel to export"}},
      .flags = {{.name = "format",
                 .kind = cli::ValueKind::kChoice,
                 .value_name = "FORMAT",
                 .help = "what the table becomes",
                 .choices = {{"csv", "text, with commas between the cells"}},
                 .default_value = "csv"},
                {.name = "table",
                 .kind = cli::ValueKind::kChoice,
                 .value_name = "TABLE",
                 .help = "what is in the rows",
                 .choices = {{"events", "the events in replay order: time, thread, call, sizes, objects, flags"}},
                 .default_value = "events"},
                {.name = "output",
                 .letter = 'o',
                 .kind = cli::ValueKind::kFile,
                 .value_name = "FILE",
                 .help = "where the table goes; '-' is standard output",
                 .default_value = "-"},
                {.name = "force", .help = "overwrite an existing output", .needs = "output"}},
      .examples = {{"heapreel export app.reel -o app.csv", "All events, for a spreadsheet or a data frame."},
                   {"heapreel export app.reel | zstd >app.csv.zst", "The same, compressed."}},
      .run = run_export};
  return spec;
}

}  // namespace heapreel::commands
