// A flag whose value may be left out: it is given as --flag=VALUE or not at all, and takes no word that follows.
#include <gtest/gtest.h>

#include "tests/cli/sample_command.h"
#include "tools/cli/completions.h"
#include "tools/cli/help.h"
#include "tools/cli/man.h"
#include "tools/cli/parse.h"

namespace heapreel::cli {
namespace {

using Words = std::vector<std::string>;

Arguments parsed(const Words& words) {
  const auto arguments = parse_arguments(sample_runner(), words);
  EXPECT_TRUE(arguments.has_value()) << (arguments ? "" : arguments.error().what);
  return arguments ? *arguments : Arguments(sample_runner());
}

TEST(OptionalValueTest, AbsentGivesNothing) {
  EXPECT_FALSE(parsed({"ls"}).has("zoom"));
  EXPECT_FALSE(parsed({"ls"}).get("zoom").has_value());
}

TEST(OptionalValueTest, LeftOutIsEmpty) {
  EXPECT_TRUE(parsed({"--zoom", "ls"}).has("zoom"));
  EXPECT_EQ(parsed({"--zoom", "ls"}).get("zoom"), "");
}

TEST(OptionalValueTest, GivenByTheSignOnly) {
  EXPECT_EQ(parsed({"--zoom=fp:10", "ls"}).get("zoom"), "fp:10");
  EXPECT_EQ(parsed({"--zoom=true", "ls"}).get("zoom"), "true");
  const Arguments arguments = parsed({"--zoom", "ls", "-l"});
  EXPECT_EQ(arguments.positional("CMD"), "ls");
  EXPECT_EQ(arguments.positionals("ARGS"), (Words{"-l"}));
}

TEST(OptionalValueTest, GivenTwiceIsAnError) {
  const auto arguments = parse_arguments(sample_runner(), Words{"--zoom", "--zoom=x", "ls"});
  ASSERT_FALSE(arguments.has_value());
  EXPECT_EQ(arguments.error().what, "flag '--zoom' is given 2 times");
}

TEST(OptionalValueTest, ShownInBrackets) {
  EXPECT_EQ(full_form(*find_flag(sample_runner(), "zoom")), "--zoom[=HOW]");
  EXPECT_NE(command_help(sample_runner(), {}).find("--zoom[=HOW]"), std::string::npos);
  const CommandTable table({&sample_runner()});
  EXPECT_NE(command_man(table, sample_runner()).find("Fl \\-zoom Ns Op = Ns Ar HOW"), std::string::npos);
}

}  // namespace
}  // namespace heapreel::cli
