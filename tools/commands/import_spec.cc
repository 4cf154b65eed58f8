// What `heapreel import` takes.
#include "tools/commands/table.h"
#include "tools/importers/frame/format_table.h"

namespace heapreel::commands {
namespace {

std::vector<cli::Choice> formats() {
  std::vector<cli::Choice> choices;
  for (const importers::FormatSpec* format : importers::all_formats()) choices.push_back({format->name, format->help});
  return choices;
}

}  // namespace

const cli::CommandSpec& import_spec() {
  static const cli::CommandSpec spec{
      .name = "import",
      .group = "Make a reel",
      .summary = "make a reel from another tool's trace",
      .description =
          "Reads a trace made by another tool and writes it as a reel. What the foreign format does not tell is "
          "never invented: it is said, and stands in the reel as assumed.\n\n"
          "The trace may be plain, or in a .gz, .zst or .zip file.",
      .positionals = {{.name = "IN", .help = "the trace to read"}},
      .flags = {{.name = "from",
                 .kind = cli::ValueKind::kChoice,
                 .value_name = "FORMAT",
                 .help = "the format of the trace; without it, what it looks like",
                 .choices = formats()},
                {.name = "output",
                 .letter = 'o',
                 .kind = cli::ValueKind::kFile,
                 .value_name = "FILE",
                 .help = "where the reel goes",
                 .required = true},
                {.name = "force", .help = "overwrite an existing output"},
                {.name = "max-bad-lines",
                 .kind = cli::ValueKind::kCount,
                 .value_name = "N",
                 .help = "give up when more than N lines make no sense; 0 allows none",
                 .default_value = "100"},
                {.name = "json", .help = "print a report on standard output as JSON"},
                {.name = "ticks-per-second",
                 .kind = cli::ValueKind::kCount,
                 .value_name = "N",
                 .help = "rate of the recording's clock, where its format does not tell (mlogcol: 2596138000)"}},
      .examples = {{"heapreel import trace.txt -o app.reel", "Then look at it with 'heapreel info'."},
                   {"heapreel import --from csv --max-bad-lines 0 calls.csv -o app.reel", "All of it, or nothing."}},
      .run = run_import};
  return spec;
}

}  // namespace heapreel::commands
