// Completion scripts for bash, zsh and fish, from the table. Installed where each shell looks for them.
//
// The scripts are static: completing a word never starts heapreel.
#pragma once

#include <string>

#include "tools/cli/command_table.h"

namespace heapreel::cli {

std::string bash_completions(const CommandTable& table);
std::string zsh_completions(const CommandTable& table);
std::string fish_completions(const CommandTable& table);

}  // namespace heapreel::cli
