// What `heapreel allocators` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& allocators_spec() {
  static const cli::CommandSpec spec{
      .name = "allocators",
      .group = "Replay",
      .summary = "list the allocators that reels can be replayed against",
      .description =
          "Finds the allocators of the distribution, starts each once, and shows what it proved to be: the file that "
          "every entry point leads to, its version and its build-id. Any other library is named as NAME=/path/lib.so "
          "and looked at in the same way.",
      .positionals = {{.name = "ALLOCATOR",
                       .kind = cli::ValueKind::kText,
                       .help = "only these: a name, or NAME=/path/lib.so",
                       .required = false,
                       .repeatable = true}},
      .flags = {{.name = "json", .help = "print one JSON object (schema heapreel.allocators/1)"}},
      .examples = {{"heapreel allocators", "What can I replay against here?"},
                   {"heapreel allocators mine=./libmine.so", "Does my library serve every entry point?"}},
      .run = run_allocators};
  return spec;
}

}  // namespace heapreel::commands
