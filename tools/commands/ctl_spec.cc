// What `heapreel ctl` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& ctl_spec() {
  static const cli::CommandSpec spec{
      .name = "ctl",
      .group = "Make a reel",
      .summary = "start, stop and look at a recording that is going on",
      .description =
          "Talks to the recorder of a running process and prints what it answers, one JSON object (schema "
          "heapreel.ctl/1).\n\n"
          "A pause leaves a note in the reel: what was allocated and freed meanwhile is missing from it. A snapshot is "
          "a "
          "whole reel of what was recorded until now, REEL.snapshot-N.reel; the recording goes on.",
      .positionals = {{.name = "ACTION", .kind = cli::ValueKind::kText, .help = "start, stop, snapshot or status"},
                      {.name = "PID",
                       .kind = cli::ValueKind::kText,
                       .help = "a recorded process, or the `heapreel record` that started it"}},
      .examples = {{"heapreel ctl status 4711", "Is it recorded, and how much is there so far?"},
                   {"heapreel ctl start 4711", "Record from here on, after `record --paused`."},
                   {"heapreel ctl snapshot 4711", "A reel of what was recorded until now."}},
      .run = run_ctl};
  return spec;
}

}  // namespace heapreel::commands
