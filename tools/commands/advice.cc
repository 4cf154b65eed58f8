// `heapreel advice`: findings from results.json.
#include "tools/advice/advice.h"

#include <fmt/format.h>
#include <unistd.h>

#include "replayer/lab/results_read.h"
#include "tools/cli/output.h"
#include "tools/cli/tell.h"
#include "tools/cli/terminal.h"
#include "tools/commands/table.h"

namespace heapreel::commands {

base::Result<int> run_advice(const cli::Arguments& arguments) {
  const auto file = lab::read_results_file(arguments.positional("RESULTS.json"));
  if (!file) return base::fail(file.error());
  cli::Output& out = cli::standard_output();
  const bool utf8 = cli::wants_utf8();
  for (const lab::Results& results : file->results) {
    const std::vector<advice::Finding> findings = advice::advise(results);
    if (arguments.has("json")) {
      out.print("{{\"schema\":\"heapreel.advice/1\",\"findings\":{}}}\n", advice::advice_json(findings));
      continue;
    }
    if (file->results.size() > 1) out.print("{}\n\n", cli::printable(results.reel.path, utf8));
    out.write(advice::advice_text(findings, cli::text_width(STDOUT_FILENO), utf8));
    if (!results.workload)
      cli::tell("heapreel: warning: {} tells nothing of the workload: it was made by an older heapreel\n",
                arguments.positional("RESULTS.json"));
  }
  return cli::kExitOk;
}

}  // namespace heapreel::commands
