// Help at every width: nothing wider than the page, except words that cannot be broken; every flag is there.
#include "tools/cli/help.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>

#include "tests/cli/sample_command.h"
#include "tools/cli/text.h"
#include "tools/commands/table.h"

namespace heapreel::cli {
namespace {

size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, display_width(line));
  return widest;
}

TEST(HelpTest, FitsThePage) {
  for (const size_t width : {80, 100}) {
    EXPECT_LE(widest_line(overview_help(commands::table(), {.width = width})), width);
    for (const CommandSpec* command : commands::table().all()) {
      EXPECT_LE(widest_line(command_help(*command, {.width = width})), width) << command->name;
    }
  }
}

TEST(HelpTest, NamesEveryFlagOfEveryCommand) {
  for (const CommandSpec* command : commands::table().all()) {
    const std::string help = command_help(*command, {});
    for (const FlagSpec& flag : all_flags(*command)) {
      EXPECT_NE(help.find(full_form(flag)), std::string::npos) << command->name << " " << flag.name;
      EXPECT_FALSE(flag.help.empty()) << command->name << " " << flag.name;
    }
  }
}

TEST(HelpTest, GroupsStandUnderTheirHeadings) {
  const std::string help = command_help(sample_command(), {});
  EXPECT_LT(help.find("Options"), help.find("--switch"));
  EXPECT_LT(help.find("--mode"), help.find("\nOutput\n"));
  EXPECT_LT(help.find("\nOutput\n"), help.find("--force"));
}

TEST(HelpTest, ExitStatusThreeOnlyWhereItCanHappen) {
  EXPECT_NE(command_help(sample_command(), {}).find("3  the film is torn"), std::string::npos);
  EXPECT_EQ(command_help(commands::info_spec(), {}).find("\n  3  "), std::string::npos);
}

TEST(HelpTest, ColourOnlyWhenAsked) {
  EXPECT_EQ(command_help(sample_command(), {}).find('\x1b'), std::string::npos);
  EXPECT_NE(command_help(sample_command(), {.colour = true}).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace heapreel::cli
