// What `heapreel doctor` takes.
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& doctor_spec() {
  static const cli::CommandSpec spec{
      .name = "doctor",
      .group = "Make a reel",
      .summary = "say whether this machine, and a program, can be recorded",
      .description =
          "Checks what a recording stands on: the kernel, its clock, limits, memory, the output folder, and "
          "the recorder's library. With a program, it is looked at, too, without being run: whether the "
          "recorder can be brought into it, and which of its calls will be seen.\n\n"
          "Each check is 'ok', a 'note' (worth knowing), a 'warn' (works, but not in full) or a 'fail' "
          "(cannot work), with a hint where something can be done.",
      .positionals = {{.name = "CMD",
                       .kind = cli::ValueKind::kProgram,
                       .help = "a program to look at, found as a shell finds it",
                       .required = false},
                      {.name = "ARGS",
                       .kind = cli::ValueKind::kText,
                       .help = "its arguments: they matter where it is a script's interpreter or env",
                       .required = false,
                       .repeatable = true}},
      .takes_command = true,
      .flags = {{.name = "json", .help = "print one JSON object (schema heapreel.doctor/1)"}},
      .examples = {{"heapreel doctor", "Can this machine record?"},
                   {"heapreel doctor ./server --port 80", "And this program?"},
                   {"heapreel doctor --json", "The same, for a script."}},
      .failed_check = "something stands in the way of a recording",
      .run = run_doctor};
  return spec;
}

}  // namespace heapreel::commands
