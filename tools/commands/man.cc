// `heapreel man [COMMAND]`: the manual pages the build installs. Hidden: people use man(1).
#include "tools/cli/man.h"

#include "tools/cli/output.h"
#include "tools/commands/table.h"

namespace heapreel::commands {

const cli::CommandSpec& man_spec() {
  static const cli::CommandSpec spec{
      .name = "man",
      .summary = "print a manual page",
      .description = "Prints heapreel(1), or the page of one command, for man(1) to format.",
      .positionals = {{.name = "COMMAND",
                       .kind = cli::ValueKind::kText,
                       .help = "the command whose page to print",
                       .required = false}},
      .flags = {{.name = "format",
                 .kind = cli::ValueKind::kChoice,
                 .value_name = "FORMAT",
                 .help = "the markup of the page",
                 .choices = {{"mdoc", "one page for man(1)"}, {"markdown", "all pages in one, for docs/cli.md"}},
                 .default_value = "mdoc"},
                {.name = "list", .help = "print the names of the pages instead"}},
      .examples = {{"heapreel man info | man -l -", "Read a page that is not installed."}},
      .hidden = true,
      .run = run_man};
  return spec;
}

namespace {

base::Result<int> print(std::string_view text) {
  cli::standard_output().write(text);
  return cli::kExitOk;
}

base::Result<int> list_pages() {
  for (const cli::CommandSpec* command : table().listed()) cli::standard_output().print("{}\n", command->name);
  return cli::kExitOk;
}

}  // namespace

base::Result<int> run_man(const cli::Arguments& arguments) {
  if (arguments.has("list")) return list_pages();
  if (arguments.get("format") == "markdown") return print(cli::markdown_manual(table()));
  const std::string name = arguments.positional("COMMAND");
  if (name.empty()) return print(cli::overview_man(table()));
  const cli::CommandSpec* command = table().find(name);
  if (command == nullptr) return base::fail(table().unknown_command(name));
  return print(cli::command_man(table(), *command));
}

}  // namespace heapreel::commands
