// How `heapreel dump --stacks` shows a call stack: lines for people, a JSON list for programs.
//
// Names come from other people's files: what is no printable character is replaced, and JSON is valid whatever they
// hold.
#pragma once

#include <string>
#include <vector>

#include "tools/symbols/stack_reader.h"

namespace heapreel::commands {

// Indented lines, the innermost first: "function (file:line)", or "module+0xoffset" where no name is known.
std::string stack_as_text(const std::vector<symbols::StackFrame>& frames);

// A list of {module, offset, function, file, line, inlined}; what is unknown is left out.
std::string stack_as_json(const std::vector<symbols::StackFrame>& frames);

}  // namespace heapreel::commands
