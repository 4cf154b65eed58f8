// What `heapreel predict` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& predict_spec() {
  static const cli::CommandSpec spec{
      .name = "predict",
      .group = "Replay a reel",
      .summary = "say what the program would take under other allocators",
      .description =
          "Replays the reel under each allocator and adds what is not the allocator's: the program's other memory, as "
          "recorded. The result is peak and mean resident memory and the change of processor time, each as an "
          "interval; allocators whose intervals meet are tied.\n\n"
          "The replay under the recorded allocator must give what the program really took: within 2 % the self-check "
          "is green, within 5 % yellow; beyond that there is no prediction. Programs whose allocations depend on "
          "how fast the allocator is are refused, too: two recordings of the same command, or reference runs, that do "
          "not agree show them.\n\n"
          "Record with --reference 3: unrecorded runs make the time axis and the intervals better.",
      .positionals = {{.name = "FILE", .help = "a reel of the program"}},
      .flags =
          {{.name = "allocators",
            .kind = cli::ValueKind::kText,
            .value_name = "LIST",
            .help = "which to predict, with commas between: glibc, jemalloc, tcmalloc, mimalloc, or NAME=/path/lib.so; "
                    "without it, all that are found"},
           {.name = "set",
            .kind = cli::ValueKind::kText,
            .value_name = "NAME:VAR=VALUE",
            .help = "an environment variable for one allocator, or as VAR=VALUE for all",
            .repeatable = true},
           {.name = "again",
            .kind = cli::ValueKind::kFile,
            .value_name = "FILE",
            .help = "a second recording of the same command: does the load depend on timing?"},
           {.name = "json",
            .kind = cli::ValueKind::kFile,
            .value_name = "FILE",
            .help = "write the prediction as JSON (schema heapreel.prediction/1); - for standard output"},
           {.name = "rounds",
            .kind = cli::ValueKind::kCount,
            .value_name = "N",
            .help = "how often each allocator is replayed in each pass",
            .default_value = "5",
            .group = "How it is replayed"},
           {.name = "quick", .help = "two rounds: intervals may be too narrow", .group = "How it is replayed"},
           {.name = "order",
            .kind = cli::ValueKind::kChoice,
            .value_name = "ORDER",
            .help = "how threads keep to the record",
            .choices = {{"window", "within 4096 ops and 2 ms of each other"}, {"strict", "one op at a time"}},
            .default_value = "window",
            .group = "How it is replayed"},
           {.name = "touch",
            .kind = cli::ValueKind::kChoice,
            .value_name = "WHAT",
            .help = "which memory of a block is written to",
            .choices = {{"recorded", "what the record says"},
                        {"full", "every byte"},
                        {"page", "a byte of each page"},
                        {"first", "the first byte"},
                        {"none", "nothing"}},
            .default_value = "recorded",
            .group = "How it is replayed"},
           {.name = "pin",
            .kind = cli::ValueKind::kText,
            .value_name = "CPUS",
            .help = "the processors that replays may use, as 0,2-3",
            .group = "How it is replayed"},
           {.name = "seed",
            .kind = cli::ValueKind::kCount,
            .value_name = "N",
            .help = "of the order of the runs",
            .default_value = "1",
            .group = "How it is replayed"},
           {.name = "no-cache", .help = "keep no plan of the reel", .group = "How it is replayed"}},
      .examples = {{"heapreel record --reference 3 -o app.reel ./app && heapreel predict app.reel",
                    "Would another allocator do better?"},
                   {"heapreel predict app.reel --again second.reel", "The same, and refused if the two disagree."},
                   {"heapreel predict app.reel --allocators glibc,mine=/opt/lib/libmine.so --json out.json",
                    "A library of one's own."}},
      .failed_check = "there is no prediction: the self-check is red, or the load was refused",
      .run = run_predict};
  return spec;
}

}  // namespace heapreel::commands
