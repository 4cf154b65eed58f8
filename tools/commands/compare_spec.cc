// What `heapreel compare` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& compare_spec() {
  static const cli::CommandSpec spec{
      .name = "compare",
      .group = "Replay",
      .summary = "say what changed between two results, and fail if it is too much",
      .description =
          "Compares what two replays measured (their results.json): each figure of each allocator with its change, the "
          "change's interval, and ~ where no change can be claimed. Times of different machines are not compared.\n\n"
          "A condition is METRIC>LIMIT or METRIC<LIMIT, with ALLOCATOR: before it for one allocator alone. A limit "
          "with % is a change, and met only by one that can be claimed: noise fails no build. A limit without is the "
          "new figure itself. Metrics: ns_per_op, ops_per_s, cpu_s, latency_p999, rss_peak, rss_mean, rss_end, "
          "fragmentation_peak, minor_faults.",
      .positionals = {{.name = "RESULTS",
                       .help = "the base and the new results; with --history, the new alone",
                       .repeatable = true}},
      .flags = {{.name = "fail-if",
                 .kind = cli::ValueKind::kText,
                 .value_name = "CONDITION",
                 .help = "exit with 3 if it is met, as in 'rss_peak>+3%' or 'jemalloc:rss_mean>512MiB'",
                 .repeatable = true},
                {.name = "across-machines", .help = "compare times even of different machines"},
                {.name = "history",
                 .kind = cli::ValueKind::kText,
                 .value_name = "DIR",
                 .help =
                     "keep the new results there by commit; without a base, the latest kept of another commit is it",
                 .group = "History"},
                {.name = "commit",
                 .kind = cli::ValueKind::kText,
                 .value_name = "NAME",
                 .help = "the commit of the new results; otherwise GITHUB_SHA, CI_COMMIT_SHA, or git's HEAD",
                 .needs = "history",
                 .group = "History"},
                {.name = "json",
                 .kind = cli::ValueKind::kFile,
                 .value_name = "OUT",
                 .help = "write the comparison (schema heapreel.compare/1); '-' is standard output",
                 .group = "Output"},
                {.name = "markdown",
                 .kind = cli::ValueKind::kFile,
                 .value_name = "OUT",
                 .help = "write it for a pull request; '-' is standard output",
                 .group = "Output"},
                {.name = "force", .help = "overwrite existing outputs", .group = "Output"}},
      .examples = {{"heapreel compare main.json mine.json", "What my change did."},
                   {"heapreel compare --fail-if 'rss_peak>+3%' main.json mine.json", "In CI."},
                   {"heapreel compare --history perf --fail-if 'ns_per_op>+5%' mine.json",
                    "Against the commit before."}},
      .failed_check = "a condition of --fail-if is met",
      .run = run_compare};
  return spec;
}

}  // namespace heapreel::commands
