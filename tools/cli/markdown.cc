// docs/cli.md: every command with its help text, as one Markdown page that is checked to be up to date.
#include <fmt/format.h>

#include "tools/cli/help.h"
#include "tools/cli/man.h"

namespace heapreel::cli {

std::string markdown_manual(const CommandTable& table) {
  const Page page{.width = 100, .colour = false};
  std::string out =
      "# The command line\n\nGenerated from the command table by `heapreel man --format markdown`; a test holds it up "
      "to date.\n\n";
  out += fmt::format("```text\n{}```\n", overview_help(table, page));
  for (const CommandSpec* command : table.listed()) {
    out += fmt::format("\n## heapreel {}\n\n```text\n{}```\n", command->name, command_help(*command, page));
  }
  return out;
}

}  // namespace heapreel::cli
