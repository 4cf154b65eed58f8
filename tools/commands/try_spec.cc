// What `heapreel try` takes.
#include "tools/commands/replay_options.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

std::vector<cli::FlagSpec> flags() {
  std::vector<cli::FlagSpec> all = {
      {.name = "output",
       .letter = 'o',
       .kind = cli::ValueKind::kFile,
       .value_name = "DIR",
       .help = "the folder for reels, results and report, instead of EXE.try",
       .group = "Output"},
      {.name = "force", .help = "write into a folder that exists", .group = "Output"},
      {.name = "details", .help = "show every figure and every check in the terminal, too", .group = "Output"}};
  for (cli::FlagSpec& flag : replay_flags()) {
    if (flag.name == "quick") flag.help = "one reference run, one recording, three rounds";
    all.push_back(flag);
  }
  return all;
}

}  // namespace

const cli::CommandSpec& try_spec() {
  static const cli::CommandSpec spec{
      .name = "try",
      .group = "Replay",
      .summary = "run a program and say which allocator it should run on",
      .description =
          "All in one: runs the command three times by itself and twice recorded, replays it against each allocator, "
          "and says what is predicted for this program: memory and processor time under each, how sure that is, what "
          "to choose, and what to paste where. Reels, results.json and report.html stay in a folder.\n\n"
          "The command's input and output are /dev/null each time; what needs input is run as sh -c './app <data'. It "
          "must do the same work each time and end by itself. If the replay does not match the program, or the two "
          "recordings differ, nothing is recommended, and it says why.",
      .positionals = {{.name = "CMD", .kind = cli::ValueKind::kProgram, .help = "the program to run"},
                      {.name = "ARGS",
                       .kind = cli::ValueKind::kText,
                       .help = "its arguments",
                       .required = false,
                       .repeatable = true}},
      .takes_command = true,
      .flags = flags(),
      .examples = {{"heapreel try -- ./app --its-flag", "Which allocator should it run on?"},
                   {"heapreel try --quick -- python3 job.py", "A first impression."},
                   {"heapreel try --allocators glibc,mine=./libmine.so -- ./app", "With a library of my own."}},
      .failed_check = "nothing can be recommended",
      .run = run_try};
  return spec;
}

}  // namespace heapreel::commands
