// `heapreel import`: another tool's trace becomes a reel.
#include "tools/importers/import.h"

#include "tools/cli/check_arguments.h"
#include "tools/commands/import_report.h"
#include "tools/commands/progress.h"
#include "tools/commands/table.h"
#include "tools/importers/frame/format_table.h"
#include "trace_format/base/file.h"

namespace heapreel::commands {
namespace {

base::Status check_ticks(const cli::Arguments& arguments) {
  if (!arguments.has("ticks-per-second")) return {};
  if (arguments.get_number("ticks-per-second") == 0U)
    return base::fail(
        cli::usage_error(arguments.command(), "bad value '0' for '--ticks-per-second'", "expected at least 1"));
  if (arguments.get("from") != "mlogcol")
    return base::fail(cli::usage_error(arguments.command(), "--ticks-per-second does not fit",
                                       "only --from mlogcol has a clock of unknown rate"));
  return {};
}

importers::ImportRequest request_of(const cli::Arguments& arguments) {
  importers::ImportRequest request{.input = arguments.positional("IN"),
                                   .output = *arguments.get("output"),
                                   .overwrite = arguments.has("force"),
                                   .ticks_per_second = arguments.get_number("ticks-per-second").value_or(0),
                                   .bad_lines_max = *arguments.get_number("max-bad-lines")};
  if (const auto name = arguments.get("from")) request.format = importers::find_format(*name);
  return request;
}

}  // namespace

base::Result<int> run_import(const cli::Arguments& arguments) {
  HEAPREEL_TRY(check_ticks(arguments));
  importers::ImportRequest request = request_of(arguments);
  HEAPREEL_TRY(base::refuse_same_file(request.input, request.output));
  base::Result<importers::ImportResult> result;
  {
    Progress progress("importing:");
    request.on_progress = [&progress](uint64_t events) { progress.events(events); };
    result = importers::import_file(request);
  }
  if (!result) return base::fail(result.error());
  if (arguments.has("json"))
    print_import_json(request, *result);
  else
    print_import(request, *result, request.format == nullptr);
  return cli::kExitOk;
}

}  // namespace heapreel::commands
