// What `heapreel --help` and `heapreel COMMAND --help` print: the table, laid out for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "tools/cli/command_table.h"

namespace heapreel::cli {

struct Page {
  size_t width = 80;
  bool colour = false;
};

std::string overview_help(const CommandTable& table, const Page& page);
std::string command_help(const CommandSpec& command, const Page& page);

}  // namespace heapreel::cli
