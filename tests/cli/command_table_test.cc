// The real table keeps the rules every command must keep.
#include "tools/cli/command_table.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "tools/cli/arguments.h"
#include "tools/commands/table.h"

namespace heapreel::cli {
namespace {

// The first rule a spec breaks; empty for none.
std::string broken_rule(const CommandSpec& command) {
  std::set<std::string_view> names{"help"};
  std::set<char> letters{'h'};
  for (const FlagSpec& flag : command.flags) {
    const std::string name(flag.name);
    if (!names.insert(flag.name).second) return "two flags are called " + name;
    if (flag.letter != 0 && !letters.insert(flag.letter).second) return "two flags have the letter of " + name;
    if ((flag.kind == ValueKind::kNone) != flag.value_name.empty()) return "value and value name disagree in " + name;
    if ((flag.kind == ValueKind::kChoice) == flag.choices.empty()) return "choices and kind disagree in " + name;
    if (!flag.needs.empty() && find_flag(command, flag.needs) == nullptr) return "unknown companion of " + name;
    if (flag.help.ends_with('.')) return "help of " + name + " ends in a full stop";
  }
  if (command.summary.empty() || command.summary.ends_with('.')) return "the summary is not a phrase";
  if (command.description.empty() || command.examples.empty()) return "description or examples are missing";
  return command.run == nullptr ? "nothing runs it" : "";
}

TEST(CommandTableTest, EveryCommandKeepsTheRules) {
  for (const CommandSpec* command : commands::table().all()) EXPECT_EQ(broken_rule(*command), "") << command->name;
}

TEST(CommandTableTest, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const CommandSpec* command : commands::table().all()) EXPECT_TRUE(names.insert(command->name).second);
}

TEST(CommandTableTest, RulesAreNoticedWhenBroken) {
  CommandSpec command = commands::info_spec();
  command.flags.push_back({.name = "json", .help = "again"});
  EXPECT_EQ(broken_rule(command), "two flags are called json");
  command.flags.back() = {.name = "other", .letter = 'h', .help = "letter of help"};
  EXPECT_EQ(broken_rule(command), "two flags have the letter of other");
  command.flags.back() = {.name = "other", .help = "x", .needs = "bogus"};
  EXPECT_EQ(broken_rule(command), "unknown companion of other");
}

TEST(CommandTableTest, DefaultsAreValidValues) {
  for (const CommandSpec* command : commands::table().all()) {
    for (const FlagSpec& flag : command->flags) {
      if (flag.default_value.empty() || flag.kind != ValueKind::kChoice) continue;
      const auto found = std::ranges::find(flag.choices, flag.default_value, &Choice::name);
      EXPECT_NE(found, flag.choices.end()) << command->name << " " << flag.name;
    }
  }
}

TEST(CommandTableTest, HiddenCommandsAreFoundButNotListed) {
  EXPECT_NE(commands::table().find("completions"), nullptr);
  for (const CommandSpec* command : commands::table().listed()) EXPECT_FALSE(command->hidden);
}

}  // namespace
}  // namespace heapreel::cli
