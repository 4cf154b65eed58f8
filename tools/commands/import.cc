// `heapreel import`: another tool's trace becomes a reel.
#include "tools/importers/import.h"

#include <fmt/format.h>

#include "tools/cli/check_arguments.h"
#include "tools/cli/quantity.h"
#include "tools/commands/progress.h"
#include "tools/commands/table.h"
#include "tools/commands/warn.h"
#include "trace_format/base/file.h"

namespace heapreel::commands {

base::Result<int> run_import(const cli::Arguments& arguments) {
  importers::ImportRequest request{.input = arguments.positional("IN"),
                                   .output = *arguments.get("output"),
                                   .overwrite = arguments.has("force"),
                                   .ticks_per_second = arguments.get_number("ticks-per-second").value_or(0)};
  if (arguments.has("ticks-per-second") && request.ticks_per_second == 0)
    return base::fail(
        cli::usage_error(arguments.command(), "bad value '0' for '--ticks-per-second'", "expected at least 1"));
  HEAPREEL_TRY(base::refuse_same_file(request.input, request.output));
  base::Result<importers::ImportResult> result;
  {
    Progress progress("importing:");
    request.on_progress = [&progress](uint64_t events) { progress.events(events); };
    result = importers::import_file(request);
  }
  if (!result) return base::fail(result.error());
  fmt::print(stderr, "imported {}, {}\nnext: heapreel pack {} -o SMALLER.reel\n", count_of(result->events, "event"),
             cli::format_bytes(result->bytes), request.output);
  return cli::kExitOk;
}

}  // namespace heapreel::commands
