// `heapreel completions SHELL`: the completion scripts the build installs. Hidden: packages put them in place.
#include "tools/cli/completions.h"

#include "tools/cli/check_arguments.h"
#include "tools/cli/output.h"
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& completions_spec() {
  static const cli::CommandSpec spec{
      .name = "completions",
      .summary = "print a shell's completion script",
      .description = "Prints the script that completes heapreel's commands, flags and values in a shell.",
      .positionals = {{.name = "SHELL", .kind = cli::ValueKind::kText, .help = "bash, zsh or fish"}},
      .examples = {{"source <(heapreel completions bash)", "Completion in the running bash."}},
      .hidden = true,
      .run = run_completions};
  return spec;
}

base::Result<int> run_completions(const cli::Arguments& arguments) {
  const std::string shell = arguments.positional("SHELL");
  std::string script;
  if (shell == "bash") script = cli::bash_completions(table());
  if (shell == "zsh") script = cli::zsh_completions(table());
  if (shell == "fish") script = cli::fish_completions(table());
  if (script.empty()) {
    return base::fail(cli::usage_error(arguments.command(), "unknown shell '" + shell + "'",
                                       "there are scripts for bash, zsh and fish"));
  }
  cli::standard_output().write(script);
  return cli::kExitOk;
}

}  // namespace heapreel::commands
