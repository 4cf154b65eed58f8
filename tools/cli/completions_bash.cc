// The bash script: a case on the command, then on the word before the cursor. Needs nothing of bash-completion.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "tools/cli/completions.h"

namespace heapreel::cli {
namespace {

constexpr std::string_view kHead = R"(# bash completion for heapreel                            -*- shell-script -*-
_heapreel_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

_heapreel_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# Of a command that runs a program: sets `program` to the word where that program stands or would stand. $1 lists the
# flags that take a value, as ' -o --output '.
_heapreel_find_program() {
    for ((program = 2; program < COMP_CWORD; program++)); do
        case ${COMP_WORDS[program]} in
            --) ((program++)); return ;;
            -*) if [[ $1 == *" ${COMP_WORDS[program]} "* ]]; then
                    ((program++))
                    if [[ ${COMP_WORDS[program]} == "=" ]]; then ((program++)); fi
                fi ;;
            *) return ;;
        esac
    done
}

_heapreel() {
    local cur prev program
    cur=${COMP_WORDS[COMP_CWORD]}
    prev=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    # Bash splits --flag=value into three words.
    if [[ $cur == "=" ]]; then
        cur=
    elif [[ $prev == "=" ]] && (( COMP_CWORD > 2 )); then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
)";

std::string value_action(const FlagSpec& flag) {
  if (flag.kind == ValueKind::kFile) return "_heapreel_files";
  std::vector<std::string_view> names;
  for (const Choice& choice : flag.choices) names.push_back(choice.name);
  return names.empty() ? ":" : fmt::format("_heapreel_words '{}'", fmt::join(names, " "));
}

std::string flag_words(const std::vector<FlagSpec>& flags) {
  std::vector<std::string> words;
  for (const FlagSpec& flag : flags) {
    words.push_back(long_form(flag));
    if (flag.letter != 0) words.push_back(fmt::format("-{}", flag.letter));
  }
  return fmt::format("{}", fmt::join(words, " "));
}

std::string value_cases(const CommandSpec& command) {
  std::string out;
  for (const FlagSpec& flag : command.flags) {
    if (!takes_word(flag)) continue;
    const std::string letter = flag.letter != 0 ? fmt::format("-{}|", flag.letter) : "";
    out += fmt::format("                {}--{}) {}; return ;;\n", letter, flag.name, value_action(flag));
  }
  return out.empty() ? out : fmt::format("            case $prev in\n{}            esac\n", out);
}

// ' -o --output ': the flags that take a value.
std::string valued_flags(const CommandSpec& command) {
  std::vector<FlagSpec> flags = command.flags;
  std::erase_if(flags, [](const FlagSpec& flag) { return !takes_word(flag); });
  return fmt::format(" {} ", flag_words(flags));
}

// Before the program: flags and programs. In the program's own words: files, which is what most programs take.
std::string program_case(const CommandSpec& command) {
  return fmt::format(
      "        {})\n            _heapreel_find_program '{}'\n"
      "            if (( COMP_CWORD > program )); then\n                _heapreel_files\n                return\n"
      "            fi\n{}            if [[ $cur == -* && $prev != -- ]]; then\n                _heapreel_words '{}'\n"
      "            else\n                mapfile -t COMPREPLY < <(compgen -c -- \"$cur\")\n            fi\n"
      "            ;;\n",
      command.name, valued_flags(command), value_cases(command), flag_words(all_flags(command)));
}

std::string command_case(const CommandSpec& command) {
  if (command.takes_command) return program_case(command);
  const bool files = !command.positionals.empty() && command.positionals.front().kind == ValueKind::kFile;
  return fmt::format(
      "        {})\n{}            if [[ $cur == -* ]]; then\n                _heapreel_words '{}'\n"
      "            else\n                {}\n            fi\n            ;;\n",
      command.name, value_cases(command), flag_words(all_flags(command)), files ? "_heapreel_files" : ":");
}

}  // namespace

std::string bash_completions(const CommandTable& table) {
  std::vector<std::string_view> names;
  for (const CommandSpec* command : table.listed()) names.push_back(command->name);
  std::string out(kHead);
  out += "    if (( COMP_CWORD == 1 )); then\n";
  out += fmt::format("        _heapreel_words '{} help {}'\n        return\n    fi\n", fmt::join(names, " "),
                     flag_words(global_flags()));
  out += "    case ${COMP_WORDS[1]} in\n";
  for (const CommandSpec* command : table.listed()) out += command_case(*command);
  out += fmt::format("        help) (( COMP_CWORD == 2 )) && _heapreel_words '{}' ;;\n", fmt::join(names, " "));
  return out + "    esac\n}\n\ncomplete -F _heapreel heapreel\n";
}

}  // namespace heapreel::cli
