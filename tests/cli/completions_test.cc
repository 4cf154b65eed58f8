// The scripts name what the table holds. That the shells load them and offer the words is tests/golden/completions.
#include "tools/cli/completions.h"

#include <gtest/gtest.h>

#include "tests/cli/sample_command.h"

namespace heapreel::cli {
namespace {

const CommandTable& sample_table() {
  static const CommandTable table({&sample_command()});
  return table;
}

TEST(CompletionsTest, EveryFlagIsInEveryScript) {
  for (const std::string& script :
       {bash_completions(sample_table()), zsh_completions(sample_table()), fish_completions(sample_table())}) {
    for (const FlagSpec& flag : all_flags(sample_command())) {
      EXPECT_NE(script.find(flag.name), std::string::npos) << flag.name;
    }
  }
}

TEST(CompletionsTest, DescriptionsAreQuoted) {
  EXPECT_NE(fish_completions(sample_table()).find("quick\\'s way"), std::string::npos);
}

}  // namespace
}  // namespace heapreel::cli
