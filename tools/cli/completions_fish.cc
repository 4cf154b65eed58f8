// The fish script: one `complete` line per command and flag.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "tools/cli/completions.h"

namespace heapreel::cli {
namespace {

constexpr std::string_view kNoCommand = "__fish_use_subcommand";

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string value_options(const FlagSpec& flag) {
  if (!takes_word(flag)) return {};
  if (flag.kind == ValueKind::kFile) return " -r -F";
  std::vector<std::string> words;
  for (const Choice& choice : flag.choices) words.push_back(fmt::format("{}\\t{}", choice.name, quoted(choice.help)));
  return words.empty() ? " -x" : fmt::format(" -x -a \"{}\"", fmt::join(words, " "));
}

std::string flag_line(const FlagSpec& flag, std::string_view condition) {
  const std::string letter = flag.letter != 0 ? fmt::format(" -s {}", flag.letter) : "";
  return fmt::format("complete -c heapreel -n {}{} -l {}{} -d {}\n", quoted(condition), letter, flag.name,
                     value_options(flag), quoted(flag.help));
}

std::string command_lines(const CommandSpec& command) {
  std::string out =
      fmt::format("\ncomplete -c heapreel -n {} -f -a {} -d {}\n", kNoCommand, command.name, quoted(command.summary));
  const std::string condition = fmt::format("__fish_seen_subcommand_from {}", command.name);
  for (const FlagSpec& flag : all_flags(command)) out += flag_line(flag, condition);
  if (command.takes_command)
    out += fmt::format("complete -c heapreel -n {} -x -a '(__fish_complete_subcommand --fcs-skip=2)'\n",
                       quoted(condition));
  return out;
}

}  // namespace

std::string fish_completions(const CommandTable& table) {
  std::vector<std::string_view> names;
  for (const CommandSpec* command : table.listed()) names.push_back(command->name);
  std::string out = "# fish completion for heapreel\n";
  for (const FlagSpec& flag : global_flags()) out += flag_line(flag, kNoCommand);
  out += fmt::format("complete -c heapreel -n {} -f -a help -d 'show the help of a command'\n", kNoCommand);
  out += fmt::format("complete -c heapreel -n '__fish_seen_subcommand_from help' -f -a '{}'\n", fmt::join(names, " "));
  for (const CommandSpec* command : table.listed()) out += command_lines(*command);
  return out;
}

}  // namespace heapreel::cli
