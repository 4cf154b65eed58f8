// From the words of a command line to checked Arguments, by the command's spec. The only code that knows CLI11.
//
// Every fault of the user's is an Error of code kUsage that names the word at fault and the way out. When --help is
// among the words nothing else is checked. Where a command takes a program (CommandSpec::takes_command), everything
// from the first word that is neither a flag nor its value is the program's, whatever it looks like.
#pragma once

#include <span>
#include <string>

#include "tools/cli/arguments.h"
#include "tools/cli/command_spec.h"

namespace heapreel::cli {

// `words` are those after the command's name.
base::Result<Arguments> parse_arguments(const CommandSpec& command, std::span<const std::string> words);

}  // namespace heapreel::cli
