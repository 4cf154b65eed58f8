// CLI11 splits the words (short and long forms, `--flag=value`, `-ofile`, `--`); the rules about them are ours, below
// it, because its messages neither name the nearest flag nor say what to do.
#include "tools/cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "tools/cli/check_arguments.h"

namespace heapreel::cli {
namespace {

// What CLI11 gives for a value that was left out; nobody types it.
constexpr char kLeftOut = '\x02';

using Options = std::map<std::string_view, CLI::Option*>;

std::string library_name(const FlagSpec& flag) {
  return flag.letter != 0 ? fmt::format("-{},--{}", flag.letter, flag.name) : long_form(flag);
}

CLI::Option* add_flag(CLI::App& app, const FlagSpec& flag) {
  if (flag.value_optional) return app.add_flag(fmt::format("{}{{{}}}", long_form(flag), kLeftOut));
  if (flag.kind == ValueKind::kNone) return app.add_flag(library_name(flag));
  return app.add_option(library_name(flag))->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Options add_flags(CLI::App& app, const CommandSpec& command) {
  Options options;
  for (const FlagSpec& flag : all_flags(command)) options[flag.name] = add_flag(app, flag);
  return options;
}

// CLI11 2.1 reads a value "[a,b]" as a list of two, with no way to say no. So brackets travel through it in disguise.
constexpr char kDisguise = '\x01';

std::string disguised(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c == '[' || c == kDisguise) out += kDisguise;
    out += c == '[' ? '(' : c;
  }
  return out;
}

std::string restored(std::string_view word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    const bool pair = word[i] == kDisguise && i + 1 < word.size();
    if (pair) ++i;
    out += pair && word[i] == '(' ? '[' : word[i];
  }
  return out;
}

std::vector<std::string> restored(std::vector<std::string> words) {
  for (std::string& word : words) word = restored(std::string_view(word));
  return words;
}

// CLI11 takes its words last first.
std::vector<std::string> prepared(std::span<const std::string> words) {
  std::vector<std::string> out;
  for (size_t i = words.size(); i > 0; --i) out.push_back(disguised(words[i - 1]));
  return out;
}

void collect_flags(const Options& options, Arguments& arguments) {
  for (const auto& [name, option] : options) {
    for (const std::string& value : restored(option->results()))
      arguments.add_flag(name, value == std::string(1, kLeftOut) ? std::string() : value);
  }
}

// Words no flag claims. CLI11 2.1 counts the mark "--" among them, which ended the flags and did its work.
std::vector<std::string> unclaimed(const CLI::App& app) {
  std::vector<std::string> words = restored(app.remaining());
  std::erase(words, "--");
  return words;
}

// How many words the flag at `word` takes beside itself: 1 if its value must follow.
size_t words_of_value(const CommandSpec& command, std::string_view word) {
  if (word.starts_with("--")) {
    const FlagSpec* flag = find_flag(command, word.substr(2));
    return flag != nullptr && takes_word(*flag) ? 1 : 0;
  }
  for (size_t i = 1; i < word.size(); ++i) {  // -abc: the first letter that takes a value takes the rest of the word
    const auto flag = std::ranges::find(command.flags, word[i], &FlagSpec::letter);
    if (flag != command.flags.end() && takes_word(*flag)) return i + 1 == word.size() ? 1 : 0;
  }
  return 0;
}

// Where our own words end and the program's begin, for a command that takes one.
struct Split {
  size_t own_end;
  size_t program;  // own_end, or past the mark "--"
};

Split split_at_program(const CommandSpec& command, std::span<const std::string> words) {
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") return {i, i + 1};
    if (!words[i].starts_with('-') || words[i] == "-") return {i, i};
    const bool mark_follows = i + 1 < words.size() && words[i + 1] == "--";
    if (!mark_follows) i += words_of_value(command, words[i]);
  }
  return {words.size(), words.size()};
}

// The one shape CLI11 still refuses by itself: a flag at the very end that lacks its value.
base::Error missing_value(const CommandSpec& command, std::span<const std::string> words) {
  const std::string flag = words.empty() ? std::string() : words.back();
  return usage_error(command, fmt::format("flag '{}' needs a value", flag), "none follows it");
}

}  // namespace

base::Result<Arguments> parse_arguments(const CommandSpec& command, std::span<const std::string> all_words) {
  const Split split =
      command.takes_command ? split_at_program(command, all_words) : Split{all_words.size(), all_words.size()};
  const std::span<const std::string> words = all_words.first(split.own_end);
  CLI::App app;
  app.set_help_flag();
  const Options options = add_flags(app, command);
  const CLI::Option* rest = app.add_option("rest")->expected(-1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.allow_extras();
  try {
    app.parse(prepared(words));
  } catch (const CLI::ArgumentMismatch&) {
    return base::fail(missing_value(command, words));
  } catch (const CLI::ParseError& error) {
    return base::fail(usage_error(command, "cannot read the command line", error.what()));
  }
  Arguments arguments(command);
  collect_flags(options, arguments);
  if (arguments.has("help")) return arguments;
  HEAPREEL_TRY(check_unknown_flags(command, unclaimed(app)));
  HEAPREEL_TRY(check_values(command, arguments));
  std::vector<std::string> positionals = restored(rest->results());
  const std::span<const std::string> program = all_words.subspan(split.program);
  positionals.insert(positionals.end(), program.begin(), program.end());
  HEAPREEL_TRY(place_positionals(command, positionals, arguments));
  HEAPREEL_TRY(check_presence(command, arguments));
  return arguments;
}

}  // namespace heapreel::cli
