// The commands of the binary, in the order help lists them. Built once (tools/commands/table.cc), read by everything.
//
// Names are unique. Deliberately absent: aliases and abbreviations; scripts should read the same everywhere.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/command_spec.h"

namespace heapreel::cli {

class CommandTable {
 public:
  explicit CommandTable(std::vector<const CommandSpec*> commands) : commands_(std::move(commands)) {}

  std::span<const CommandSpec* const> all() const { return commands_; }
  std::vector<const CommandSpec*> listed() const;
  std::vector<std::string_view> groups() const;

  const CommandSpec* find(std::string_view name) const;

  // The error for a word that should have been a command, with the nearest name as its hint.
  base::Error unknown_command(std::string_view word) const;

 private:
  std::vector<const CommandSpec*> commands_;
};

// What the binary accepts before a command: --help and --version.
const std::vector<FlagSpec>& global_flags();

struct ExitStatus {
  int code;
  std::string_view meaning;
};

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitCheckFailed = 3;

// The exit statuses of a command, or of the binary as a whole when `command` is null.
std::vector<ExitStatus> exit_statuses(const CommandSpec* command);

inline constexpr std::string_view kProgramSummary =
    "record what a program asks of its allocator; replay it against any allocator";

inline constexpr std::string_view kProgramDescription =
    "heapreel answers one question with evidence: which allocator, with which settings, should this program run on? "
    "A recording of a program's allocations is called a reel. Reels are small, safe to share, and readable years from "
    "now.\n\n"
    "Results go to standard output, everything else to standard error. A file named by -o is never overwritten unless "
    "--force is given.";

}  // namespace heapreel::cli
