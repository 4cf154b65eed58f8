// What `heapreel pack` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& pack_spec() {
  static const cli::CommandSpec spec{
      .name = "pack",
      .group = "Make a reel",
      .summary = "make a reel small and fit to share",
      .description =
          "Turns addresses into object numbers, drops the addresses and recompresses. The events, their "
          "order and their sizes stay exactly as they were; the content id tells that two reels hold the "
          "same events.",
      .positionals = {{.name = "FILE", .help = "the reel to pack"}},
      .flags = {{.name = "output",
                 .letter = 'o',
                 .kind = cli::ValueKind::kFile,
                 .value_name = "FILE",
                 .help = "where the packed reel goes",
                 .required = true},
                {.name = "force", .help = "overwrite an existing output"},
                {.name = "archive", .help = "compress harder: smaller, much slower to write, as fast to read"},
                {.name = "time",
                 .kind = cli::ValueKind::kChoice,
                 .value_name = "PRECISION",
                 .help = "how exactly to keep the times of events; their order is always exact",
                 .choices = {{"exact", "to the resolution of the recording"},
                             {"4us", "within 4 microseconds"},
                             {"none", "order only"}},
                 .default_value = "4us"},
                {.name = "keep-addresses", .help = "keep the addresses the program saw"},
                {.name = "scrub",
                 .kind = cli::ValueKind::kChoice,
                 .value_name = "LEVEL",
                 .help = "take out what can name a person, a machine, a path or a product, and say what remains; L1 "
                         "without a value",
                 .choices = {{"L1", "names, paths, environment, dates, addresses, symbols; calls, sizes, times stay"}},
                 .value_optional = true},
                {.name = "jobs",
                 .kind = cli::ValueKind::kCount,
                 .value_name = "N",
                 .help = "threads that compress, at most 1024; without it or with 0, one per CPU"}},
      .examples = {{"heapreel pack app.reel -o app.packed.reel", "A reel to send to somebody else."},
                   {"heapreel pack --scrub app.reel -o shared.reel", "The same without names: see docs/sharing.md."},
                   {"heapreel pack --archive --time none app.reel -o tiny.reel", "As small as it gets."}},
      .run = run_pack};
  return spec;
}

}  // namespace heapreel::commands
