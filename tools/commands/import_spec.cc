// What `heapreel import` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& import_spec() {
  static const cli::CommandSpec spec{
      .name = "import",
      .group = "Make a reel",
      .summary = "make a reel from another tool's recording",
      .description =
          "Reads a recording made by another tool and writes it as a reel. What the foreign format does not "
          "tell is marked as unknown in the reel, never invented.",
      .positionals = {{.name = "IN", .help = "the recording to read"}},
      .flags = {{.name = "from",
                 .kind = cli::ValueKind::kChoice,
                 .value_name = "FORMAT",
                 .help = "the format of the recording",
                 .choices = {{"mlogcol", "a columnar malloc log (MLOGCOL1), plain or in a .zst file"}},
                 .required = true},
                {.name = "output",
                 .letter = 'o',
                 .kind = cli::ValueKind::kFile,
                 .value_name = "FILE",
                 .help = "where the reel goes",
                 .required = true},
                {.name = "force", .help = "overwrite an existing output"},
                {.name = "ticks-per-second",
                 .kind = cli::ValueKind::kCount,
                 .value_name = "N",
                 .help = "rate of the recording's clock, where its format does not tell (mlogcol: 2596138000)"}},
      .examples = {{"heapreel import --from mlogcol trace.mlogcol -o app.reel",
                    "Then look at it with 'heapreel info'."}},
      .run = run_import};
  return spec;
}

}  // namespace heapreel::commands
