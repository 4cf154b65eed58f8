// What `heapreel check` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& check_spec() {
  static const cli::CommandSpec spec{
      .name = "check",
      .group = "Read a reel",
      .summary = "say whether a reel is whole and consistent, and repair it",
      .description =
          "Reads the whole reel and names everything that is wrong, where it is, and how much is lost: "
          "truncation, checksum errors, gaps, double frees, frees of unknown objects, overlapping "
          "lifetimes.\n\n"
          "With --repair, what can be saved is written to a new reel. The input is never changed.",
      .positionals = {{.name = "FILE", .help = "the reel to check"}},
      .flags =
          {{.name = "json", .help = "print one JSON object (schema heapreel.check/1)"},
           {.name = "repair", .help = "write what can be saved to a new reel", .needs = "output", .group = "Repair"},
           {.name = "output",
            .letter = 'o',
            .kind = cli::ValueKind::kFile,
            .value_name = "FILE",
            .help = "where the repaired reel goes",
            .needs = "repair",
            .group = "Repair"},
           {.name = "force", .help = "overwrite an existing output", .needs = "output", .group = "Repair"}},
      .examples = {{"heapreel check app.reel", "May I rely on this recording?"},
                   {"heapreel check cut.reel --repair -o whole.reel", "Save what a full disk left behind."}},
      .failed_check = "something is wrong with the reel",
      .run = run_check};
  return spec;
}

}  // namespace heapreel::commands
