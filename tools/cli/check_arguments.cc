// Each check returns the first fault it finds. An error names the word, says what was expected, and how to go on.
#include "tools/cli/check_arguments.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "tools/cli/nearest.h"

namespace heapreel::cli {
namespace {

std::string_view expectation(ValueKind kind) {
  switch (kind) {
    case ValueKind::kCount:
      return "expected a count such as 1000, 10k or 5M";
    case ValueKind::kSize:
      return "expected a size such as 4096, 64M or 1.5GiB";
    case ValueKind::kDuration:
      return "expected a time such as 1.5s, 200ms or 10us";
    case ValueKind::kFile:
      return "expected the name of a file";
    case ValueKind::kProgram:
      return "expected the name of a program";
    default:
      return "not a value of this kind";
  }
}

std::string bad_value_text(const FlagSpec& flag, std::string_view value) {
  return fmt::format("bad value '{}' for '{}'", value, long_form(flag));
}

base::Status check_choice(const CommandSpec& command, const FlagSpec& flag, std::string_view value) {
  std::vector<std::string_view> names;
  for (const Choice& choice : flag.choices) names.push_back(choice.name);
  if (std::ranges::find(names, value) != names.end()) return {};
  const std::string_view nearest = nearest_name(value, names);
  const std::string why = fmt::format("expected {}{}", names.size() > 1 ? "one of " : "", fmt::join(names, ", "));
  return base::fail(usage_error(command, bad_value_text(flag, value), why,
                                nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest)));
}

bool is_flag_of(const CommandSpec& command, std::string_view word) {
  return word.starts_with("--") && find_flag(command, word.substr(2)) != nullptr;
}

base::Status check_value(const CommandSpec& command, const FlagSpec& flag, const std::string& value) {
  if (is_flag_of(command, value)) {
    return base::fail(usage_error(command, fmt::format("flag '{}' needs a value", long_form(flag)),
                                  fmt::format("'{}' follows it, which is another flag", value)));
  }
  switch (flag.kind) {
    case ValueKind::kChoice:
      if (flag.value_optional && value.empty()) return {};
      return check_choice(command, flag, value);
    case ValueKind::kCount:
    case ValueKind::kSize:
    case ValueKind::kDuration:
      if (parse_number(flag.kind, value)) return {};
      return base::fail(usage_error(command, bad_value_text(flag, value), std::string(expectation(flag.kind))));
    case ValueKind::kFile:
    case ValueKind::kProgram:
      if (!value.empty()) return {};
      return base::fail(usage_error(command, bad_value_text(flag, value), std::string(expectation(flag.kind))));
    case ValueKind::kNone:  // CLI11 records a switch as "true"
      if (value == "true") return {};
      return base::fail(usage_error(command, bad_value_text(flag, value), "this flag takes no value"));
    case ValueKind::kText:
      return {};
  }
  return {};
}

base::Status check_values_of(const CommandSpec& command, const FlagSpec& flag, const Arguments& arguments) {
  const std::vector<std::string> values = arguments.get_all(flag.name);
  for (const std::string& value : values) HEAPREEL_TRY(check_value(command, flag, value));
  if (values.size() > 1 && !flag.repeatable && flag.kind != ValueKind::kNone) {
    return base::fail(usage_error(command, fmt::format("flag '{}' is given {} times", long_form(flag), values.size()),
                                  "it takes one value"));
  }
  return {};
}

base::Status check_positional(const CommandSpec& command, const PositionalSpec& positional, std::string_view word) {
  const bool named = positional.kind == ValueKind::kFile || positional.kind == ValueKind::kProgram;
  if (!named || !word.empty()) return {};
  return base::fail(usage_error(command, fmt::format("bad value '' for {}", positional.name),
                                std::string(expectation(positional.kind))));
}

}  // namespace

base::Error usage_error(const CommandSpec& command, std::string what, std::string why, std::string hint) {
  if (hint.empty()) hint = fmt::format("run 'heapreel {} --help' for its arguments and examples", command.name);
  return {.code = base::ErrorCode::kUsage, .what = std::move(what), .why = std::move(why), .hint = std::move(hint)};
}

base::Status check_unknown_flags(const CommandSpec& command, std::span<const std::string> unknown) {
  if (unknown.empty()) return {};
  const std::string word = unknown.front().substr(0, unknown.front().find('='));
  const std::vector<FlagSpec> flags = all_flags(command);
  std::vector<std::string> forms;
  std::ranges::transform(flags, std::back_inserter(forms), long_form);
  const std::vector<std::string_view> views(forms.begin(), forms.end());
  const std::string_view nearest = nearest_name(word, views);
  return base::fail(usage_error(command, fmt::format("unknown flag '{}'", word),
                                fmt::format("'heapreel {}' has no such flag", command.name),
                                nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest)));
}

base::Status place_positionals(const CommandSpec& command, std::span<const std::string> words, Arguments& arguments) {
  size_t taken = 0;
  for (const PositionalSpec& positional : command.positionals) {
    const size_t most = positional.repeatable ? words.size() : std::min(words.size(), taken + 1);
    if (positional.required && taken == words.size()) {
      return base::fail(usage_error(command, fmt::format("missing {}", positional.name),
                                    fmt::format("usage is '{}'", synopsis(command))));
    }
    for (; taken < most; ++taken) {
      HEAPREEL_TRY(check_positional(command, positional, words[taken]));
      arguments.add_positional(positional.name, words[taken]);
    }
  }
  if (taken == words.size()) return {};
  return base::fail(usage_error(command, fmt::format("unexpected argument '{}'", words[taken]),
                                fmt::format("usage is '{}'", synopsis(command))));
}

base::Status check_values(const CommandSpec& command, const Arguments& arguments) {
  for (const FlagSpec& flag : command.flags) {
    if (arguments.has(flag.name)) HEAPREEL_TRY(check_values_of(command, flag, arguments));
  }
  return {};
}

base::Status check_presence(const CommandSpec& command, const Arguments& arguments) {
  for (const FlagSpec& flag : command.flags) {
    const bool given = arguments.has(flag.name);
    if (flag.required && !given) {
      return base::fail(usage_error(command, fmt::format("missing {} {}", long_form(flag), flag.value_name),
                                    fmt::format("usage is '{}'", synopsis(command))));
    }
    if (given && !flag.needs.empty() && !arguments.has(flag.needs)) {
      return base::fail(usage_error(command, fmt::format("flag '{}' needs '--{}'", long_form(flag), flag.needs),
                                    fmt::format("'--{}' is not given", flag.needs)));
    }
  }
  return {};
}

}  // namespace heapreel::cli
