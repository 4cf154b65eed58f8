// Commands that run a program: which words are ours, and which are the program's.
#include <gtest/gtest.h>

#include "tests/cli/sample_command.h"
#include "tools/cli/completions.h"
#include "tools/cli/help.h"
#include "tools/cli/man.h"
#include "tools/cli/parse.h"

namespace heapreel::cli {
namespace {

using Words = std::vector<std::string>;

struct Shot {
  bool has_switch = false;
  std::string output;
  Words program;
};

Shot shot(const Words& words) {
  const auto arguments = parse_arguments(sample_runner(), words);
  EXPECT_TRUE(arguments.has_value()) << (arguments ? "" : arguments.error().what);
  if (!arguments) return {};
  Words program = {arguments->positional("CMD")};
  for (const std::string& word : arguments->positionals("ARGS")) program.push_back(word);
  return {arguments->has("switch"), arguments->get("output").value_or(""), program};
}

std::string refused(const Words& words) {
  const auto arguments = parse_arguments(sample_runner(), words);
  EXPECT_FALSE(arguments.has_value());
  return arguments ? "" : arguments.error().what;
}

TEST(ParseProgramTest, TheFirstWordThatIsNoFlagBeginsTheProgram) {
  const Shot seen = shot({"ls", "-s", "--output", "x", "--help", "--bogus"});
  EXPECT_FALSE(seen.has_switch);
  EXPECT_EQ(seen.output, "");
  EXPECT_EQ(seen.program, (Words{"ls", "-s", "--output", "x", "--help", "--bogus"}));
}

TEST(ParseProgramTest, TheMarkBeginsIt) {
  EXPECT_EQ(shot({"-s", "--", "ls", "-l"}).program, (Words{"ls", "-l"}));
  EXPECT_EQ(shot({"--", "-odd-name", "-l"}).program, (Words{"-odd-name", "-l"}));
}

TEST(ParseProgramTest, OnlyOneMarkIsOurs) {
  EXPECT_EQ(shot({"--", "git", "--", "x"}).program, (Words{"git", "--", "x"}));
  EXPECT_EQ(shot({"git", "--", "x"}).program, (Words{"git", "--", "x"}));
  EXPECT_EQ(shot({"--", "--", "x"}).program, (Words{"--", "x"}));
}

TEST(ParseProgramTest, ValuesOfOurFlagsAreNotThePrograms) {
  for (const Words& words : {Words{"-o", "x", "ls", "-o"},
                             {"-ox", "ls", "-o"},
                             {"--output", "x", "ls", "-o"},
                             {"--output=x", "ls", "-o"},
                             {"--output=x", "--", "ls", "-o"}}) {
    const Shot seen = shot(words);
    EXPECT_EQ(seen.output, "x");
    EXPECT_EQ(seen.program, (Words{"ls", "-o"}));
  }
  const Shot bundled = shot({"-so", "x", "ls"});
  EXPECT_TRUE(bundled.has_switch);
  EXPECT_EQ(bundled.output, "x");
  EXPECT_EQ(bundled.program, (Words{"ls"}));
}

TEST(ParseProgramTest, WordsOfTheProgramArriveUnchanged) {
  const Words odd = {"sh", "-c", "[a,b]", "", "\x01(", "{c}", "a=b", "-", "--x=[]"};
  EXPECT_EQ(shot(odd).program, odd);
}

TEST(ParseProgramTest, HelpIsOursOnlyBeforeTheProgram) {
  const auto arguments = parse_arguments(sample_runner(), Words{"--help", "ls"});
  ASSERT_TRUE(arguments.has_value());
  EXPECT_TRUE(arguments->has("help"));
}

TEST(ParseProgramTest, FaultsBeforeTheProgramAreNamed) {
  EXPECT_EQ(refused({}), "missing CMD");
  EXPECT_EQ(refused({"-s", "--"}), "missing CMD");
  EXPECT_EQ(refused({"-o"}), "flag '-o' needs a value");
  EXPECT_EQ(refused({"-o", "--", "ls"}), "flag '-o' needs a value");
  EXPECT_EQ(refused({"--swtich", "ls"}), "unknown flag '--swtich'");
  EXPECT_EQ(refused({""}), "bad value '' for CMD");
}

TEST(ParseProgramTest, HelpManAndCompletionsSayIt) {
  EXPECT_EQ(synopsis(sample_runner()), "heapreel shoot [OPTIONS] [--] CMD [ARGS...]");
  CommandSpec optional = sample_runner();
  optional.positionals.front().required = false;
  EXPECT_EQ(synopsis(optional), "heapreel shoot [OPTIONS] [[--] CMD [ARGS...]]");
  const CommandTable table({&sample_runner()});
  EXPECT_NE(command_man(table, sample_runner()).find(".Op Fl \\-\n.Ar CMD\n"), std::string::npos);
  EXPECT_NE(bash_completions(table).find("_heapreel_find_program ' --output -o '"), std::string::npos);
  EXPECT_NE(zsh_completions(table).find("*::argument:_normal"), std::string::npos);
  EXPECT_NE(fish_completions(table).find("__fish_complete_subcommand"), std::string::npos);
}

}  // namespace
}  // namespace heapreel::cli
