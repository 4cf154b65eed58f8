// Getters: what was given, defaults, numbers; and that a misspelt name in a command is noticed at once.
#include "tools/cli/arguments.h"

#include <gtest/gtest.h>

#include "tests/cli/sample_command.h"

namespace heapreel::cli {
namespace {

TEST(ArgumentsTest, DefaultIsAValueButNotGiven) {
  const Arguments arguments(sample_command());
  EXPECT_FALSE(arguments.has("mode"));
  EXPECT_EQ(arguments.get("mode"), "fast");
  EXPECT_EQ(arguments.get_number("count"), 7u);
  EXPECT_EQ(arguments.get_all("mode"), std::vector<std::string>{"fast"});
}

TEST(ArgumentsTest, AbsentWithoutDefaultIsNothing) {
  const Arguments arguments(sample_command());
  EXPECT_EQ(arguments.get("output"), std::nullopt);
  EXPECT_EQ(arguments.get_number("size"), std::nullopt);
  EXPECT_TRUE(arguments.get_all("text").empty());
}

TEST(ArgumentsTest, GivenValueBeatsTheDefault) {
  Arguments arguments(sample_command());
  arguments.add_flag("count", "10k");
  EXPECT_TRUE(arguments.has("count"));
  EXPECT_EQ(arguments.get_number("count"), 10'000u);
}

TEST(ArgumentsTest, NumbersAreInTheUnitOfTheirKind) {
  Arguments arguments(sample_command());
  arguments.add_flag("size", "1KiB");
  arguments.add_flag("time", "2us");
  EXPECT_EQ(arguments.get_number("size"), 1'024u);
  EXPECT_EQ(arguments.get_number("time"), 2'000u);
}

TEST(ArgumentsDeathTest, UnknownNamesAreBugs) {
  const Arguments arguments(sample_command());
  EXPECT_DEATH((void)arguments.has("bogus"), "asks for 'bogus', which its spec lacks");
  EXPECT_DEATH((void)arguments.positional("BOGUS"), "asks for 'BOGUS', which its spec lacks");
}

}  // namespace
}  // namespace heapreel::cli
