// What `heapreel report` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& report_spec() {
  static const cli::CommandSpec spec{
      .name = "report",
      .group = "Replay",
      .summary = "show results again: in the terminal, as a page, as a table",
      .description =
          "Reads what `heapreel replay --json` wrote and says what follows from it, as the replay itself did. With "
          "--output it makes a page for the browser: one HTML file that needs no network, with the verdict, memory "
          "over time, latency, the workload's portrait and every check.\n\n"
          "Several results come onto one page. If they are of one workload with different numbers of threads, the page "
          "shows how each allocator scales.",
      .positionals = {{.name = "RESULTS", .help = "results.json of `heapreel replay`", .repeatable = true}},
      .flags = {{.name = "output",
                 .letter = 'o',
                 .kind = cli::ValueKind::kFile,
                 .value_name = "OUT",
                 .help = "write the page; '-' is standard output, here and below",
                 .group = "Output"},
                {.name = "csv",
                 .kind = cli::ValueKind::kFile,
                 .value_name = "OUT",
                 .help = "write the verdict's figures as rows of a table",
                 .group = "Output"},
                {.name = "markdown",
                 .kind = cli::ValueKind::kFile,
                 .value_name = "OUT",
                 .help = "write the verdict for a pull request",
                 .group = "Output"},
                {.name = "force", .help = "overwrite existing outputs", .group = "Output"},
                {.name = "history",
                 .kind = cli::ValueKind::kText,
                 .value_name = "DIR",
                 .help = "draw the trend of the results that `heapreel compare --history` keeps there",
                 .needs = "output"}},
      .examples = {{"heapreel report results.json", "The verdict again."},
                   {"heapreel report results.json -o report.html", "As a page."},
                   {"heapreel report t1.json t2.json t4.json -o scaling.html", "How allocators scale with threads."},
                   {"heapreel report results.json --markdown - >comment.md", "For a pull request."}},
      .run = run_report};
  return spec;
}

}  // namespace heapreel::commands
