// The zsh script: one _arguments call per command, with the summaries as descriptions.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "tools/cli/completions.h"

namespace heapreel::cli {
namespace {

// Inside single quotes, inside an _arguments spec: quotes, brackets and colons are special.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c == '[' || c == ']' || c == ':' || c == '\\') {
      out += fmt::format("\\{}", c);
    } else {
      out += c;
    }
  }
  return out;
}

std::string value_spec(const FlagSpec& flag) {
  if (flag.kind == ValueKind::kNone) return {};
  if (flag.value_optional) return fmt::format("::{}:", flag.value_name);
  if (flag.kind == ValueKind::kFile) return fmt::format(":{}:_files", flag.value_name);
  std::vector<std::string_view> names;
  for (const Choice& choice : flag.choices) names.push_back(choice.name);
  return fmt::format(":{}:({})", flag.value_name, fmt::join(names, " "));
}

std::string flag_spec(const FlagSpec& flag) {
  const std::string tail = fmt::format("[{}]{}'", escaped(flag.help), value_spec(flag));
  const std::string mark = flag.repeatable ? "*" : "";
  const std::string_view joined = flag.value_optional ? "=-" : "";
  if (flag.letter == 0) return fmt::format("'{}--{}{}{}", mark, flag.name, joined, tail);
  const std::string pair = fmt::format("{{-{},--{}}}'{}", flag.letter, flag.name, tail);
  return flag.repeatable ? "\\*" + pair : fmt::format("'(-{} --{})'{}", flag.letter, flag.name, pair);
}

std::string positional_spec(const PositionalSpec& positional) {
  const std::string_view action = positional.kind == ValueKind::kFile ? "_files" : " ";
  const std::string_view form = positional.repeatable ? "*" : positional.required ? "" : ":";
  return fmt::format("'{}:{}:{}'", form, positional.name, action);
}

// A program and its words: our flags end there, and the program's own completion takes over.
std::string program_specs(const CommandSpec& command) {
  const PositionalSpec& program = command.positionals.front();
  return fmt::format("'(-)1{}:{}:_command_names -e' \\\n                '*::argument:_normal'",
                     program.required ? "" : ":", program.name);
}

std::string command_case(const CommandSpec& command) {
  std::vector<std::string> specs;
  for (const FlagSpec& flag : all_flags(command)) specs.push_back(flag_spec(flag));
  if (command.takes_command)
    specs.push_back(program_specs(command));
  else
    for (const PositionalSpec& positional : command.positionals) specs.push_back(positional_spec(positional));
  return fmt::format("        {})\n            _arguments -s -S \\\n                {}\n            ;;\n", command.name,
                     fmt::join(specs, " \\\n                "));
}

}  // namespace

std::string zsh_completions(const CommandTable& table) {
  std::string out = "#compdef heapreel\n\n_heapreel_commands() {\n    local -a commands\n    commands=(\n";
  for (const CommandSpec* command : table.listed()) {
    out += fmt::format("        '{}:{}'\n", command->name, escaped(command->summary));
  }
  out += "        'help:show the help of a command'\n    )\n    _describe -t commands command commands\n}\n\n";
  out += "_heapreel() {\n    local curcontext=\"$curcontext\" state state_descr line\n    typeset -A opt_args\n";
  out += "    _arguments -C \\\n";
  for (const FlagSpec& flag : global_flags()) out += fmt::format("        {} \\\n", flag_spec(flag));
  out += "        '1:command:_heapreel_commands' \\\n        '*::argument:->argument'\n";
  out += "    [[ $state == argument ]] || return\n    case $words[1] in\n";
  for (const CommandSpec* command : table.listed()) out += command_case(*command);
  out += "        help) _arguments '1:command:_heapreel_commands' ;;\n    esac\n}\n\n";
  return out +
         "if [[ $funcstack[1] == _heapreel ]]; then\n    _heapreel \"$@\"\nelse\n    compdef _heapreel heapreel\nfi\n";
}

}  // namespace heapreel::cli
