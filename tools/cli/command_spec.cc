// The few sentences every reader of a CommandSpec needs: how flags, arguments and usage are written.
//
// A flag is spelt by these functions only, so help, errors and man pages spell it alike.
#include "tools/cli/command_spec.h"

#include <algorithm>
#include <fmt/format.h>

namespace heapreel::cli {

const FlagSpec& help_flag() {
  static const FlagSpec flag{.name = "help", .letter = 'h', .help = "show this help"};
  return flag;
}

std::vector<FlagSpec> all_flags(const CommandSpec& command) {
  std::vector<FlagSpec> flags = command.flags;
  flags.push_back(help_flag());
  return flags;
}

bool takes_word(const FlagSpec& flag) { return flag.kind != ValueKind::kNone && !flag.value_optional; }

const FlagSpec* find_flag(const CommandSpec& command, std::string_view name) {
  if (name == help_flag().name) return &help_flag();
  const auto found = std::ranges::find(command.flags, name, &FlagSpec::name);
  return found == command.flags.end() ? nullptr : &*found;
}

std::string long_form(const FlagSpec& flag) { return fmt::format("--{}", flag.name); }

std::string full_form(const FlagSpec& flag) {
  std::string form = flag.letter != 0 ? fmt::format("-{}, --{}", flag.letter, flag.name) : long_form(flag);
  if (flag.value_optional) form += fmt::format("[={}]", flag.value_name);
  if (takes_word(flag)) form += fmt::format(" {}", flag.value_name);
  return form;
}

std::string shown_form(const PositionalSpec& positional) {
  const std::string name = fmt::format("{}{}", positional.name, positional.repeatable ? "..." : "");
  return positional.required ? name : fmt::format("[{}]", name);
}

namespace {

// "[--] CMD [ARGS...]", in brackets if all of it may be left out.
std::string program_form(const CommandSpec& command) {
  std::string form = "[--]";
  for (const PositionalSpec& positional : command.positionals) {
    const bool first = &positional == &command.positionals.front();
    form += fmt::format(" {}", first ? std::string(positional.name) : shown_form(positional));
  }
  const bool optional = !command.positionals.empty() && !command.positionals.front().required;
  return optional ? fmt::format("[{}]", form) : form;
}

}  // namespace

std::string synopsis(const CommandSpec& command) {
  std::string line = fmt::format("heapreel {}", command.name);
  if (!command.takes_command)
    for (const PositionalSpec& positional : command.positionals) line += fmt::format(" {}", shown_form(positional));
  for (const FlagSpec& flag : command.flags) {
    if (!flag.required) continue;
    const std::string form = flag.letter != 0 ? fmt::format("-{}", flag.letter) : long_form(flag);
    line += fmt::format(" {} {}", form, flag.value_name);
  }
  line += " [OPTIONS]";
  return command.takes_command ? fmt::format("{} {}", line, program_form(command)) : line;
}

}  // namespace heapreel::cli
