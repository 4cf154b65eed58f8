// The rules a command line must keep, one function each, and the wording of the errors when it does not.
//
// Nothing here knows CLI11: these run on words and on Arguments, so that they can be tested alone.
#pragma once

#include <span>
#include <string>

#include "tools/cli/arguments.h"
#include "tools/cli/command_spec.h"

namespace heapreel::cli {

// An error of code kUsage; without a hint of its own it points at the command's help.
base::Error usage_error(const CommandSpec& command, std::string what, std::string why, std::string hint = {});

// `unknown` are words that look like flags and that no flag of the command claims.
base::Status check_unknown_flags(const CommandSpec& command, std::span<const std::string> unknown);

// Gives each word to its positional; too few and too many are errors.
base::Status place_positionals(const CommandSpec& command, std::span<const std::string> words, Arguments& arguments);

// Every value given is of its flag's kind, and a flag that takes one value has one.
base::Status check_values(const CommandSpec& command, const Arguments& arguments);

// Required flags are there, and so is the companion of each flag that needs one.
base::Status check_presence(const CommandSpec& command, const Arguments& arguments);

}  // namespace heapreel::cli
