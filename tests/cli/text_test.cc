// Line breaking and columns: nothing is wider than asked, nothing is lost, colour moves nothing.
#include "tools/cli/text.h"

#include <gtest/gtest.h>

namespace heapreel::cli {
namespace {

TEST(TextTest, WrapsAtTheWidth) {
  EXPECT_EQ(wrap("aa bb cc", 5), (std::vector<std::string>{"aa bb", "cc"}));
  EXPECT_EQ(wrap("aa bb cc", 8), (std::vector<std::string>{"aa bb cc"}));
}

TEST(TextTest, LongWordsStayWhole) {
  EXPECT_EQ(wrap("a verylongword b", 4), (std::vector<std::string>{"a", "verylongword", "b"}));
}

TEST(TextTest, WidthCountsCodePoints) {
  EXPECT_EQ(display_width("\u00b5s"), 2u);
  EXPECT_EQ(wrap("\u00b5\u00b5 \u00b5\u00b5", 5).size(), 1u);
}

TEST(TextTest, ParagraphsAreSetApart) { EXPECT_EQ(indent_paragraphs("a b\n\nc", 2, 80), "  a b\n\n  c\n"); }

TEST(TextTest, ColumnsLineUp) {
  EXPECT_EQ(two_columns({{"-a", "one"}, {"-bb", "two"}}, {.indent = 2, .label = 6, .width = 80}, ""),
            "  -a    one\n  -bb   two\n");
}

TEST(TextTest, WideLabelsStandAlone) {
  EXPECT_EQ(two_columns({{"--long", "text"}}, {.indent = 2, .label = 6, .width = 80}, ""), "  --long\n        text\n");
}

TEST(TextTest, LongTextsStayInTheirColumn) {
  const std::string out =
      two_columns({{"-a", "one two three four five six"}}, {.indent = 0, .label = 4, .width = 24}, "");
  EXPECT_EQ(out, "-a  one two three four\n    five six\n");
}

TEST(TextTest, ColourChangesNoColumn) {
  const std::string out = two_columns({{"-a", "one"}}, {.indent = 0, .label = 4, .width = 80}, "1");
  EXPECT_EQ(out, "\x1b[1m-a\x1b[0m  one\n");
}

}  // namespace
}  // namespace heapreel::cli
