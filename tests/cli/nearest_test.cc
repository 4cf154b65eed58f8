// Suggestions: near words are found, far ones are not suggested.
#include "tools/cli/nearest.h"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace heapreel::cli {
namespace {

constexpr std::array<std::string_view, 4> kNames{"info", "dump", "check", "import"};

TEST(NearestTest, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("dump", ""), 4u);
  EXPECT_EQ(edit_distance("dump", "dmup"), 1u);  // a swap is one edit
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(NearestTest, FindsTyposAndPrefixes) {
  EXPECT_EQ(nearest_name("inof", kNames), "info");
  EXPECT_EQ(nearest_name("chekc", kNames), "check");
  EXPECT_EQ(nearest_name("imp", kNames), "import");
}

TEST(NearestTest, SaysNothingRatherThanNonsense) {
  EXPECT_EQ(nearest_name("replay", kNames), "");
  EXPECT_EQ(nearest_name("x", kNames), "");
  EXPECT_EQ(nearest_name("", kNames), "");
  EXPECT_EQ(nearest_name(std::string(1000, 'x'), kNames), "");
}

}  // namespace
}  // namespace heapreel::cli
