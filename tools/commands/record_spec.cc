// What `heapreel record` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& record_spec() {
  static const cli::CommandSpec spec{
      .name = "record",
      .group = "Make a reel",
      .summary = "run a program and record what it asks of its allocator",
      .description =
          "Runs the command as it is, under whatever allocator it uses, and writes a reel of every allocation and "
          "free, with thread, size and time. Processes that it starts get reels of their own, FILE.PID.reel. The exit "
          "status is the command's (128 + n for signal n); 125, 126 and 127 mean that it could not be recorded, not "
          "be run, or not be found.\n\n"
          "The program's own output, input and behaviour stay as they are. When it dies, however it dies, what it did "
          "until then is in the reel.",
      .positionals = {{.name = "CMD", .kind = cli::ValueKind::kProgram, .help = "the program to run"},
                      {.name = "ARGS",
                       .kind = cli::ValueKind::kText,
                       .help = "its arguments",
                       .required = false,
                       .repeatable = true}},
      .takes_command = true,
      .flags =
          {{.name = "output",
            .letter = 'o',
            .kind = cli::ValueKind::kFile,
            .value_name = "FILE",
            .help = "where the reel goes, instead of EXE.PID.reel; %e is the executable's name, %p its process id"},
           {.name = "force", .help = "overwrite existing reels"},
           {.name = "follow",
            .kind = cli::ValueKind::kChoice,
            .value_name = "WHAT",
            .help = "which processes to record besides the first",
            .choices = {{"none", "none"},
                        {"exec", "what the first process is replaced by, as by a wrapper"},
                        {"all", "every process that it starts, too"}},
            .default_value = "all"},
           {.name = "only",
            .kind = cli::ValueKind::kText,
            .value_name = "EXE",
            .help = "record only processes whose executable has this name"},
           {.name = "reference",
            .kind = cli::ValueKind::kCount,
            .value_name = "N",
            .help = "run the command N times unrecorded first, and keep what those runs took"},
           {.name = "paused", .help = "start without recording, until `heapreel ctl start`", .group = "What is kept"},
           {.name = "duration",
            .kind = cli::ValueKind::kDuration,
            .value_name = "TIME",
            .help = "stop recording after so long; the program goes on",
            .group = "What is kept"},
           {.name = "max-bytes",
            .kind = cli::ValueKind::kSize,
            .value_name = "SIZE",
            .help = "stop recording when the reels are this large; the program goes on",
            .group = "What is kept"},
           {.name = "time-calls",
            .kind = cli::ValueKind::kCount,
            .value_name = "N",
            .help = "record how long every Nth call took; 1 for every call",
            .group = "What is recorded of an event"},
           {.name = "pool",
            .kind = cli::ValueKind::kSize,
            .value_name = "SIZE",
            .help = "shared memory between program and recorder",
            .default_value = "16M",
            .group = "How it is recorded"},
           {.name = "when-full",
            .kind = cli::ValueKind::kChoice,
            .value_name = "WHAT",
            .help = "what happens when the program is faster than the recorder",
            .choices = {{"block", "its threads wait"}, {"drop", "events are dropped, and counted"}},
            .default_value = "block",
            .group = "How it is recorded"},
           {.name = "level",
            .kind = cli::ValueKind::kCount,
            .value_name = "N",
            .help = "zstd's level of compression, 1 to 19",
            .default_value = "1",
            .group = "How it is recorded"},
           {.name = "quiet", .letter = 'q', .help = "print no summary"}},
      .examples = {{"heapreel record -o app.reel ./app --its-flag", "Record one run."},
                   {"heapreel record --only cc1plus make -j4", "Each compiler that make starts, and nothing else."},
                   {"heapreel record --reference 3 -o app.reel ./app", "For a prediction of memory and time."}},
      .run = run_record};
  return spec;
}

}  // namespace heapreel::commands
