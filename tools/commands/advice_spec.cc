// What `heapreel advice` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& advice_spec() {
  static const cli::CommandSpec spec{
      .name = "advice",
      .group = "Replay",
      .summary = "say what results suggest, each finding with its evidence",
      .description =
          "Looks through the results of a replay for what costs time or memory: locks, blocks freed by other "
          "threads, memory held after a peak, huge pages, large blocks fetched again and again, blocks that "
          "grow by small steps, small objects, what a pool would save, what is never freed, and how many "
          "processes fit into a node.\n\n"
          "Each finding shows the figures it rests on and from where on it is told (docs/advice.md). Where a "
          "figure is missing, or a gate of the replay failed, nothing is said.",
      .positionals = {{.name = "RESULTS.json", .help = "the results, written by `heapreel replay --json`"}},
      .flags = {{.name = "json", .help = "print one JSON object (schema heapreel.advice/1)"}},
      .examples = {{"heapreel advice app.json", "What should I look at?"}},
      .run = run_advice};
  return spec;
}

}  // namespace heapreel::commands
