// The manual pages, from the table: heapreel(1), and heapreel-COMMAND(1) for each command.
//
// mdoc(7), accepted by `mandoc -T lint`. Also the same text as Markdown, which is docs/cli.md.
#pragma once

#include <string>

#include "tools/cli/command_table.h"

namespace heapreel::cli {

std::string overview_man(const CommandTable& table);
std::string command_man(const CommandTable& table, const CommandSpec& command);

std::string markdown_manual(const CommandTable& table);

}  // namespace heapreel::cli
