// The roff source: user text cannot become a macro. That mandoc accepts every page is tests/golden/man.
#include "tools/cli/man.h"

#include <gtest/gtest.h>

#include "tools/commands/table.h"

namespace heapreel::cli {
namespace {

std::string page_with_description(std::string_view description) {
  const CommandSpec command{.name = "film", .summary = "a film", .description = description};
  const CommandTable table({&command});
  return command_man(table, command);
}

TEST(ManTest, TextIsNeverAMacro) {
  EXPECT_NE(page_with_description(".Sh INJECTED").find("\n\\&.Sh INJECTED\n"), std::string::npos);
  EXPECT_NE(page_with_description("a \\fB b").find("a \\efB b"), std::string::npos);
}

TEST(ManTest, SentencesStandOnLinesOfTheirOwn) {
  EXPECT_NE(page_with_description("One. Two? Three.").find("\nOne.\nTwo?\nThree.\n"), std::string::npos);
}

TEST(ManTest, MarkdownHoldsEveryCommand) {
  const std::string manual = markdown_manual(commands::table());
  for (const CommandSpec* command : commands::table().listed()) {
    EXPECT_NE(manual.find("## heapreel " + std::string(command->name)), std::string::npos);
  }
  EXPECT_EQ(manual.find("## heapreel completions"), std::string::npos);
}

}  // namespace
}  // namespace heapreel::cli
