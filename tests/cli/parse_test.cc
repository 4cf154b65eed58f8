// What each shape of a command line becomes, and the words of every error, one named case each.
#include "tools/cli/parse.h"

#include <gtest/gtest.h>

#include "tests/cli/sample_command.h"

namespace heapreel::cli {
namespace {

using Words = std::vector<std::string>;

Arguments parsed(const Words& words) {
  const auto arguments = parse_arguments(sample_command(), words);
  EXPECT_TRUE(arguments.has_value()) << (arguments ? "" : arguments.error().what);
  return arguments ? *arguments : Arguments(sample_command());
}

base::Error refused(const Words& words) {
  const auto arguments = parse_arguments(sample_command(), words);
  EXPECT_FALSE(arguments.has_value());
  if (arguments) return {};
  EXPECT_EQ(arguments.error().code, base::ErrorCode::kUsage);
  EXPECT_FALSE(arguments.error().hint.empty());
  return arguments.error();
}

TEST(ParseTest, PositionalsKeepTheirOrder) {
  const Arguments arguments = parsed({"a", "b", "c"});
  EXPECT_EQ(arguments.positional("FIRST"), "a");
  EXPECT_EQ(arguments.positionals("REST"), (Words{"b", "c"}));
}

TEST(ParseTest, OptionalPositionalMayBeAbsent) { EXPECT_TRUE(parsed({"a"}).positionals("REST").empty()); }

TEST(ParseTest, FlagsMayStandAnywhere) {
  const Arguments arguments = parsed({"--switch", "a", "--size", "64M", "b"});
  EXPECT_TRUE(arguments.has("switch"));
  EXPECT_EQ(arguments.get_number("size"), uint64_t{64} << 20);
  EXPECT_EQ(arguments.positionals("REST"), (Words{"b"}));
}

TEST(ParseTest, EveryWayToGiveAValue) {
  for (const Words& words : {Words{"a", "-o", "x"}, {"a", "-ox"}, {"a", "--output", "x"}, {"a", "--output=x"}}) {
    EXPECT_EQ(parsed(words).get("output"), "x");
  }
}

TEST(ParseTest, ShortFlagsMayBeBundled) {
  const Arguments arguments = parsed({"a", "-so", "x"});
  EXPECT_TRUE(arguments.has("switch"));
  EXPECT_EQ(arguments.get("output"), "x");
}

TEST(ParseTest, RepeatableFlagKeepsEveryValue) {
  EXPECT_EQ(parsed({"a", "-t", "1", "--text=2", "-t3"}).get_all("text"), (Words{"1", "2", "3"}));
}

TEST(ParseTest, RepeatedSwitchIsHarmless) { EXPECT_TRUE(parsed({"a", "-s", "-s"}).has("switch")); }

TEST(ParseTest, ValuesWithBracketsAndCommasStayWhole) {
  EXPECT_EQ(parsed({"a", "-t", "[1,2]"}).get_all("text"), (Words{"[1,2]"}));
  EXPECT_EQ(parsed({"[a,b]", "{c}"}).positional("FIRST"), "[a,b]");
  EXPECT_EQ(parsed({"a", "--text=[]"}).get_all("text"), (Words{"[]"}));
  EXPECT_EQ(parsed({"\x01([", "b"}).positional("FIRST"), "\x01([");
}

TEST(ParseTest, AfterTheMarkEverythingIsPositional) {
  const Arguments arguments = parsed({"--", "--switch", "-x"});
  EXPECT_FALSE(arguments.has("switch"));
  EXPECT_EQ(arguments.positional("FIRST"), "--switch");
  EXPECT_EQ(arguments.positionals("REST"), (Words{"-x"}));
}

TEST(ParseTest, DashIsAFile) { EXPECT_EQ(parsed({"-"}).positional("FIRST"), "-"); }

TEST(ParseTest, HelpWinsOverEveryFault) {
  EXPECT_TRUE(parsed({"--help"}).has("help"));
  EXPECT_TRUE(parsed({"--bogus", "-h"}).has("help"));
}

TEST(ParseTest, UnknownFlagNamesTheNearest) {
  const base::Error error = refused({"a", "--swtich"});
  EXPECT_EQ(error.what, "unknown flag '--swtich'");
  EXPECT_EQ(error.hint, "did you mean '--switch'?");
}

TEST(ParseTest, UnknownFlagIsNamedWithoutItsValue) {
  EXPECT_EQ(refused({"a", "--bogus=secret"}).what, "unknown flag '--bogus'");
}

TEST(ParseTest, UnknownShortFlag) { EXPECT_EQ(refused({"a", "-x"}).what, "unknown flag '-x'"); }

TEST(ParseTest, MissingPositional) { EXPECT_EQ(refused({"-s"}).what, "missing FIRST"); }

TEST(ParseTest, EmptyFileName) { EXPECT_EQ(refused({""}).what, "bad value '' for FIRST"); }

TEST(ParseTest, MissingValueAtTheEnd) {
  EXPECT_EQ(refused({"a", "--size"}).what, "flag '--size' needs a value");
  EXPECT_EQ(refused({"a", "-o"}).what, "flag '-o' needs a value");
}

TEST(ParseTest, MissingValueBeforeAnotherFlag) {
  const base::Error error = refused({"a", "--output", "--force"});
  EXPECT_EQ(error.what, "flag '--output' needs a value");
  EXPECT_EQ(error.why, "'--force' follows it, which is another flag");
}

TEST(ParseTest, BadNumbersSayWhatWasExpected) {
  EXPECT_EQ(refused({"a", "--count", "3x"}).why, "expected a count such as 1000, 10k or 5M");
  EXPECT_EQ(refused({"a", "--size", "-1"}).why, "expected a size such as 4096, 64M or 1.5GiB");
  EXPECT_EQ(refused({"a", "--time", "soon"}).why, "expected a time such as 1.5s, 200ms or 10us");
}

TEST(ParseTest, BadChoiceNamesThem) {
  const base::Error error = refused({"a", "--mode", "fats"});
  EXPECT_EQ(error.why, "expected one of fast, slow");
  EXPECT_EQ(error.hint, "did you mean 'fast'?");
}

TEST(ParseTest, SwitchTakesNoValue) { EXPECT_EQ(refused({"a", "--switch=5"}).why, "this flag takes no value"); }

TEST(ParseTest, SingleFlagGivenTwice) {
  EXPECT_EQ(refused({"a", "-o", "x", "-o", "y"}).what, "flag '--output' is given 2 times");
}

TEST(ParseTest, CompanionFlagIsMissing) {
  EXPECT_EQ(refused({"a", "--force"}).what, "flag '--force' needs '--output'");
}

}  // namespace
}  // namespace heapreel::cli
