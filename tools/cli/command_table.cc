// Looking up commands, and the texts that belong to the binary rather than to one command.
#include "tools/cli/command_table.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/cli/nearest.h"

namespace heapreel::cli {

std::vector<const CommandSpec*> CommandTable::listed() const {
  std::vector<const CommandSpec*> commands;
  std::ranges::copy_if(commands_, std::back_inserter(commands), [](const CommandSpec* c) { return !c->hidden; });
  return commands;
}

std::vector<std::string_view> CommandTable::groups() const {
  std::vector<std::string_view> groups;
  for (const CommandSpec* command : listed()) {
    if (std::ranges::find(groups, command->group) == groups.end()) groups.push_back(command->group);
  }
  return groups;
}

const CommandSpec* CommandTable::find(std::string_view name) const {
  const auto found = std::ranges::find(commands_, name, &CommandSpec::name);
  return found == commands_.end() ? nullptr : *found;
}

base::Error CommandTable::unknown_command(std::string_view word) const {
  std::vector<std::string_view> names;
  for (const CommandSpec* command : listed()) names.push_back(command->name);
  names.emplace_back("help");
  const std::string_view nearest = nearest_name(word, names);
  return {.code = base::ErrorCode::kUsage,
          .what = fmt::format("unknown command '{}'", word),
          .why = "heapreel has no command of that name",
          .hint = nearest.empty() ? "run 'heapreel --help' for the list of commands"
                                  : fmt::format("did you mean '{}'?", nearest)};
}

const std::vector<FlagSpec>& global_flags() {
  static const std::vector<FlagSpec> flags{help_flag(),
                                           {.name = "version", .letter = 'V', .help = "print the version and exit"}};
  return flags;
}

std::vector<ExitStatus> exit_statuses(const CommandSpec* command) {
  std::vector<ExitStatus> statuses{{kExitOk, "success"},
                                   {kExitFailed, "the work could not be done; standard error says why"},
                                   {kExitUsage, "the command line makes no sense"}};
  if (command == nullptr) statuses.push_back({kExitCheckFailed, "a check failed"});
  if (command != nullptr && !command->failed_check.empty()) {
    statuses.push_back({kExitCheckFailed, command->failed_check});
  }
  return statuses;
}

}  // namespace heapreel::cli
