// `heapreel import`: another tool's trace becomes a reel.
#include "tools/importers/import.h"

#include <fmt/format.h>

#include "tools/cli/quantity.h"
#include "tools/commands/progress.h"
#include "tools/commands/table.h"

namespace heapreel::commands {

base::Result<int> run_import(const cli::Arguments& arguments) {
  importers::ImportRequest request{.input = arguments.positional("IN"),
                                   .output = *arguments.get("output"),
                                   .overwrite = arguments.has("force"),
                                   .ticks_per_second = arguments.get_number("ticks-per-second").value_or(0)};
  base::Result<importers::ImportResult> result;
  {
    Progress progress("importing:");
    request.on_progress = [&progress](uint64_t events) { progress.events(events); };
    result = importers::import_mlogcol(request);
  }
  if (!result) return base::fail(result.error());
  fmt::print(stderr, "imported {} events, {}\nnext: heapreel pack {} -o SMALLER.reel\n",
             cli::format_count(result->events), cli::format_bytes(result->bytes), request.output);
  return cli::kExitOk;
}

}  // namespace heapreel::commands
