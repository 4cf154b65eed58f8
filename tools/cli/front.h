// From a whole command line to a command that ran: `heapreel --help`, `heapreel --version`, or a command of the table.
//
// Prints help and results, never errors: those go back to main().
#pragma once

#include <span>
#include <string>

#include "tools/cli/command_table.h"

namespace heapreel::cli {

// `words` are argv without argv[0]. The value is the exit status.
base::Result<int> run_front(const CommandTable& table, std::span<const std::string> words);

// The lines "heapreel: error: WHAT: WHY" and "hint: ..." for a person; colour if the stream has it.
std::string error_text(const base::Error& error, bool colour);

// The exit status an error stands for.
int exit_status_of(const base::Error& error);

}  // namespace heapreel::cli
