// Dispatch: global flags first, then the command's name, then the command's own words.
#include "tools/cli/front.h"

#include <fmt/format.h>
#include <unistd.h>

#include "tools/cli/arguments.h"
#include "tools/cli/help.h"
#include "tools/cli/nearest.h"
#include "tools/cli/output.h"
#include "tools/cli/parse.h"
#include "tools/cli/terminal.h"
#include "tools/cli/text.h"
#include "tools/cli/version.h"

namespace heapreel::cli {
namespace {

Page page_for(int fd) { return {.width = text_width(fd), .colour = wants_colour(fd)}; }

base::Result<int> print(std::string_view text) {
  standard_output().write(text);
  return kExitOk;
}

base::Error unknown_global_flag(const std::string& word) {
  std::vector<std::string> forms;
  for (const FlagSpec& flag : global_flags()) forms.push_back(long_form(flag));
  const std::vector<std::string_view> views(forms.begin(), forms.end());
  const std::string_view nearest = nearest_name(word, views);
  return {.code = base::ErrorCode::kUsage,
          .what = fmt::format("unknown flag '{}'", word),
          .why = "only --help and --version may stand before a command",
          .hint = nearest.empty() ? "put a command's flags after its name; 'heapreel --help' lists the commands"
                                  : fmt::format("did you mean '{}'?", nearest)};
}

base::Error no_command() {
  return {.code = base::ErrorCode::kUsage,
          .what = "no command given",
          .why = "heapreel does its work through commands, such as 'heapreel info FILE'",
          .hint = "run 'heapreel --help' for the list of commands"};
}

// `heapreel help` and `heapreel help COMMAND`.
base::Result<int> print_help(const CommandTable& table, std::span<const std::string> words) {
  if (words.empty()) return print(overview_help(table, page_for(STDOUT_FILENO)));
  const CommandSpec* command = table.find(words.front());
  if (command == nullptr) return base::fail(table.unknown_command(words.front()));
  return print(command_help(*command, page_for(STDOUT_FILENO)));
}

base::Result<int> run_command(const CommandSpec& command, std::span<const std::string> words) {
  const base::Result<Arguments> arguments = parse_arguments(command, words);
  if (!arguments) return base::fail(arguments.error());
  if (arguments->has("help")) return print(command_help(command, page_for(STDOUT_FILENO)));
  return command.run(*arguments);
}

}  // namespace

base::Result<int> run_front(const CommandTable& table, std::span<const std::string> words) {
  if (words.empty()) return base::fail(no_command());
  const std::string& first = words.front();
  const std::span<const std::string> rest = words.subspan(1);
  if (first == "--help" || first == "-h") return print_help(table, {});
  if (first == "help") return print_help(table, rest);
  if (first == "--version" || first == "-V") return print(fmt::format("heapreel {}\n", kVersion));
  if (first.starts_with('-')) return base::fail(unknown_global_flag(first));
  const CommandSpec* command = table.find(first);
  if (command == nullptr) return base::fail(table.unknown_command(first));
  return run_command(*command, rest);
}

std::string error_text(const base::Error& error, bool colour) {
  std::string text = fmt::format("heapreel: {} {}", styled("error:", colour ? "1;31" : ""), error.what);
  if (!error.why.empty()) text += fmt::format(": {}", error.why);
  if (error.offset != base::Error::kNoOffset) text += fmt::format(" (at byte {})", error.offset);
  text += '\n';
  if (!error.hint.empty()) text += fmt::format("{} {}\n", styled("hint:", colour ? "1;36" : ""), error.hint);
  return text;
}

int exit_status_of(const base::Error& error) {
  if (error.exit_status != 0) return error.exit_status;
  return error.code == base::ErrorCode::kUsage ? kExitUsage : kExitFailed;
}

}  // namespace heapreel::cli
