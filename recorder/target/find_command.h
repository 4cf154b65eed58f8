// Which file a command line runs in the end: the search of execvp(3), then `#!` lines and `env` followed to a program.
//
// Nothing is run. Deliberately absent: what a shell script, `timeout` or `make` goes on to run; only running them
// tells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trace_format/base/file.h"

namespace heapreel::target {

using Words = std::vector<std::string>;

// The value of NAME in an environment of "NAME=VALUE" entries; empty if it is not there. The first entry counts, as for
// getenv(3).
std::string_view variable(const Words& environment, std::string_view name);

// What a search by execvp finds for `program`, or an Error with its reason.
base::Result<std::string> find_program(const std::string& program, const Words& environment);

struct FoundCommand {
  std::string path{};    // the file that is run in the end
  Words words{};         // its whole command line, words[0] being its name
  Words passed{};        // the scripts and `env` that lead to it, first to last
  base::Fd file{};       // `path`, open; readers get no second look that differs
  bool readable = true;  // false: it may be run but not read, and `file` is not open
  bool is_elf = false;   // false: neither ELF nor a script
};

base::Result<FoundCommand> find_command(const Words& command, const Words& environment);

}  // namespace heapreel::target
