// What `heapreel info` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& info_spec() {
  static const cli::CommandSpec spec{
      .name = "info",
      .group = "Read a reel",
      .summary = "show what reels hold",
      .description =
          "Reads each reel once and prints what was recorded: the command and its allocator, how long it "
          "ran, how many events of each kind, threads, the peak of live bytes, and every loss the recording "
          "or the file suffered.",
      .positionals = {{.name = "FILE", .help = "a reel; several are shown one after the other", .repeatable = true}},
      .flags = {{.name = "json", .help = "print one JSON object per reel (schema heapreel.info/1)"}},
      .examples = {{"heapreel info app.reel", "Is this the recording I want, and is it whole?"},
                   {"heapreel info --json *.reel | jq '.live_peak_bytes'", "The peaks of many recordings."}},
      .run = run_info};
  return spec;
}

}  // namespace heapreel::commands
